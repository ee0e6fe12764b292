import { textOf } from '../decode.js';
import { defineReader } from '../reader.js';
import { entitiesIn } from '../xml.js';
import { isKnown } from './meaning.js';
import { type EventRecord, timeIn } from './record.js';
import { eventTally } from './tally.js';

/** One event of Exchange has a few KB; what is longer is passed over. */
const MOST_EVENT = 262_144;
const END = '</Event>';

export const eventXml = defineReader({
  id: 'event-xml',
  says: 'events of Windows as XML',
  recognises: ({ bytes }) => {
    const text = bytes.toString('utf8');
    return /<Event\b[^>]{0,200}schemas\.microsoft\.com\/win\/2004\/08\/events/.test(text) ? 0.95 : 0;
  },
  yields: ['exchange-event'],
  open: reading => {
    const tally = eventTally(reading);
    /** Each byte as one sign: only a whole event shows in what it was written. */
    let held = '';
    let line = 1;
    let seen = 0;
    let isBrokenOff = false;
    let isDropping = false;
    return {
      push: chunk => take(chunk.toString('latin1')),
      breakOff: () => {
        held = '';
        isBrokenOff = true;
      },
      end: () => {
        if (/<Event\b(?!s)/.test(held)) reading.unread(line, 'the last event is not whole');
        if (seen === 0 && !isBrokenOff) reading.unread(null, 'no event in it');
        tally.end();
      },
      lines: () => line,
    };

    function take(text: string): void {
      held += text;
      let from = 0;
      for (let end = held.indexOf(END); end !== -1; end = held.indexOf(END, from)) {
        const whole = held.slice(from, end);
        from = end + END.length;
        if (!isDropping) tell(whole, line + newlines(whole.slice(0, Math.max(0, whole.search(/<Event\b/)))));
        isDropping = false;
        line += newlines(whole);
      }
      held = held.slice(from);
      if (held.length <= MOST_EVENT) return;
      if (!isDropping) reading.unread(line, `an event of more than ${MOST_EVENT} bytes`);
      isDropping = true;
      line += newlines(held.slice(0, -END.length));
      held = held.slice(-END.length); // an end that is cut in two must be found still
    }

    function tell(xml: string, at: number): void {
      const record = recordIn(textOf(Buffer.from(xml, 'latin1')), at);
      if (record) {
        seen++;
        if (isKnown(record)) tally.add(record);
      } else reading.unread(at, 'an event without a source or an id');
    }
  },
});

const recordIn = (xml: string, line: number): EventRecord | null => {
  const provider = attribute(xml, 'Provider', 'Name');
  const id = element(xml, 'EventID');
  if (provider === null || id === null || !/^\d{1,6}$/.test(id)) return null;
  const data = [...xml.matchAll(/<Data(?:\s[^<>]*)?>([^<]*)<\/Data>|<Data(?:\s[^<>]*)?\/>/g)].slice(0, 30);
  return {
    provider,
    id: Number(id),
    server: element(xml, 'Computer'),
    message: element(xml, 'Message') ?? '',
    data: data.map(([, text]) => entitiesIn(text ?? '').trim()),
    ...timeIn(attribute(xml, 'TimeCreated', 'SystemTime') ?? undefined),
    line,
  };
};

/** The text of the first element of that name, which has no elements within. */
const element = (xml: string, name: string): string | null => {
  const begin = new RegExp(`<${name}(?:\\s[^<>]*)?>`).exec(xml);
  if (!begin) return null;
  const from = begin.index + begin[0].length;
  const end = xml.indexOf('<', from);
  return end === -1 ? null : entitiesIn(xml.slice(from, end)).trim();
};

const attribute = (xml: string, name: string, key: string): string | null => {
  const tag = new RegExp(`<${name}\\s[^<>]*>`).exec(xml)?.[0];
  const value = tag && new RegExp(`\\b${key}=(?:"([^"]*)"|'([^']*)')`).exec(tag);
  return value ? entitiesIn(value[1] ?? value[2] ?? '') : null;
};

const newlines = (text: string): number => {
  let count = 0;
  for (let at = text.indexOf('\n'); at !== -1; at = text.indexOf('\n', at + 1)) count++;
  return count;
};
