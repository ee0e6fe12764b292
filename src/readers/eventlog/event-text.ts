import { lineSink } from '../lines.js';
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
    const text = bytes.toString('utf8');
    return /^ {0,8}Log Name:\s/im.test(text) &&
      /^ {0,8}Source:\s/im.test(text) &&
      /^ {0,8}Event ID:[ \t]{1,40}\d/im.test(text)
      ? 0.9
      : 0;
  },
  yields: ['exchange-event'],
  open: reading => {
    const tally = eventTally(reading);
    let fields = new Map<string, string>();
    let description: string[] | null = null;
    let chars = 0;
    let began = 1;
    const lines = lineSink((text, number) => {
      const isNext = /^\s*(?:Event\[\d+\]:?\s*$|Log Name:\s)/i.test(text);
      if (isNext && (description !== null || fields.has('log name'))) tell();
      if (fields.size === 0) began = number;
      if (description !== null) {
        if (/^\s*(?:Event Xml|Ereignis-XML):/i.test(text)) chars = MOST_DESCRIPTION;
        chars += text.length;
        if (chars < MOST_DESCRIPTION) description.push(text);
        return;
      }
      const pair = /^\s{0,8}([A-Za-z][A-Za-z ]{0,30}):\s*(.*)$/.exec(text.slice(0, 2000));
      if (!pair) return;
      const name = (pair[1] as string).toLowerCase();
      if (name === 'description') description = [pair[2] as string];
      else if (fields.size < 40) fields.set(name, (pair[2] as string).trim());
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
      const id = fields.get('event id');
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
