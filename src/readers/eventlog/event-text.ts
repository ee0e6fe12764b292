import { textOf } from '../decode.js';
import { lineSink } from '../lines.js';
import { maskedLine } from '../mask.js';
import { defineReader } from '../reader.js';
import { type EventRecord, timeIn } from './record.js';
import { eventTally } from './tally.js';

/** A description that goes on and on belongs to no event that is read here. */
const MOST_DESCRIPTION = 16_000;

/** What Event Viewer puts on the clipboard, and `wevtutil qe /f:text` prints: `Name: value` lines and then the description as it comes. */
export const eventText = defineReader({
  id: 'event-text',
  says: 'events of Windows as text of Event Viewer',
  recognises: ({ bytes }) => {
    const text = textOf(bytes);
    const isEnglish =
      /^ {0,8}Log Name:\s/im.test(text) &&
      /^ {0,8}Source:\s/im.test(text) &&
      /^ {0,8}Event ID:[ \t]{1,40}\d/im.test(text);
    return isEnglish || IN_ORDER.test(text) ? 0.9 : 0;
  },
  yields: ['exchange-event'],
  open: reading => {
    const tally = eventTally(reading);
    const labels = labelsLearned();
    let fields = new Map<Field, string>();
    let description: string[] | null = null;
    let chars = 0;
    let began = 1;
    const lines = lineSink((shown, number) => {
      // By the whole line: a value alone no longer says that it is a secret.
      const text = maskedLine(shown);
      const pair = PAIR.exec(text.slice(0, 2000));
      const [name, value] = pair ? [(pair[1] as string).toLowerCase(), (pair[2] as string).trim()] : [null, ''];
      const field = name === null ? null : labels.of(name);
      const isNext = /^\s*Event\[\d+\]:?\s*$/i.test(text) || field === 'log';
      if (isNext && (description !== null || fields.has('log'))) tell();
      if (fields.size === 0) began = number;
      if (description !== null) {
        if (/^\s*(?:Event Xml|Ereignis-XML):|^\s*<Event\b/i.test(text)) chars = MOST_DESCRIPTION;
        chars += text.length;
        if (chars < MOST_DESCRIPTION) description.push(text);
        return;
      }
      if (name === null) return;
      for (const [learned, said] of labels.learn(name, value)) fields.set(learned, said);
      const meant = field ?? labels.of(name);
      if (meant === 'description') description = [value];
      else if (meant) fields.set(meant, value);
    });
    return {
      ...lines,
      end: () => {
        lines.end();
        tell();
        tally.end();
      },
    };

    function tell(): void {
      const id = fields.get('id');
      const record: EventRecord | null =
        id && /^\d{1,6}$/.test(id)
          ? {
              provider: fields.get('source') ?? null,
              id: Number(id),
              server: fields.get('computer') ?? null,
              message: (description ?? []).join('\n'),
              data: [],
              ...timeIn(fields.get('date')),
              line: began,
            }
          : null;
      if (record) tally.add(record);
      fields = new Map();
      description = null;
      chars = 0;
    }
  },
});

type Field = 'log' | 'source' | 'date' | 'id' | 'computer' | 'description';

const ENGLISH: readonly (readonly [string, Field])[] = [
  ['log name', 'log'],
  ['source', 'source'],
  ['date', 'date'],
  ['event id', 'id'],
  ['computer', 'computer'],
  ['description', 'description'],
];

/** A label in whatever letters, and in French with a blank before its colon. */
const PAIR = /^\s{0,8}([\p{L}][^:\n]{0,40}?)\s?:\s*(.*)$/u;
const EXCHANGE = /^MSExchange/i;
const DATED = /\d{1,4}[-/.] ?\d{1,2}[-/.] ?\d{1,4}/;
const IN_ORDER =
  /^[ \t\u00a0]{0,8}\p{L}[^:\r\n]{0,40}:[ \t\u00a0]{0,40}MSExchange[^\r\n]{0,100}\r?\n[ \t\u00a0]{0,8}\p{L}[^:\r\n]{0,40}:[^\r\n]{0,60}\d[-/.][^\r\n]{0,60}\r?\n[ \t\u00a0]{0,8}\p{L}[^:\r\n]{0,40}:[ \t\u00a0]{0,40}\d{1,6}[ \t\u00a0]{0,8}$/imu;

/**
 * Event Viewer writes in the language of its Windows, and always in one order: log, source, date, id, task category, level, keywords, user,
 * computer, description. So a source of Exchange with a date and a number below it gives the labels of a file in any language.
 */
const labelsLearned = () => {
  const known = new Map<string, Field>(ENGLISH);
  const above: (readonly [string, string])[] = [];
  let sinceId: number | null = null;
  return {
    of: (label: string) => known.get(label) ?? null,
    /** Takes the next label in, and gives what the labels above it have turned out to be. */
    learn: (label: string, value: string): [Field, string][] => {
      if (sinceId !== null) {
        const field = IN_TURN[sinceId++];
        if (field) known.set(label, field);
        if (sinceId === IN_TURN.length) sinceId = null;
        return [];
      }
      above.push([label, value]);
      if (above.length > 4) above.shift();
      const [log, source, date] = above;
      if (known.has(label) || !log || !source || !date || above.length < 4) return [];
      if (!EXCHANGE.test(source[1]) || !DATED.test(date[1]) || !/^\d{1,6}$/.test(value)) return [];
      sinceId = 0;
      const found = [
        ['log', log],
        ['source', source],
        ['date', date],
        ['id', [label, value]],
      ] as const;
      for (const [field, [name]] of found) known.set(name, field);
      return found.map(([field, [, said]]) => [field, said]);
    },
  };
};
const IN_TURN: readonly (Field | null)[] = [null, null, null, null, 'computer', 'description'];
