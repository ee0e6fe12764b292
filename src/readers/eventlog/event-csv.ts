import { textOf } from '../decode.js';
import { lineSink } from '../lines.js';
import { maskedLine } from '../mask.js';
import { defineReader } from '../reader.js';
import { fromCsv } from '../shell/csv.js';
import { eventIn } from './from-object.js';
import { eventTally } from './tally.js';

/** An event of Exchange: level, time, source, number, category, description, in this order in every language of Windows. */
const ROW = /^[^,\t"\r\n]{1,40}([,\t])[^,\t"\r\n]{6,40}\1MSExchange[^,\t"\r\n]{0,60}\1\d{1,6}\1[^,\t\r\n]{0,80}\1/m;

/** What Event Viewer saves as CSV or as text with tabs; the first line names five fields, and the description behind them has no name. */
export const eventCsv = defineReader({
  id: 'event-csv',
  says: 'events that Event Viewer saved as CSV or text',
  recognises: ({ bytes }) => (ROW.test(textOf(bytes)) ? 0.92 : 0),
  yields: ['exchange-event'],
  open: reading => {
    const tally = eventTally(reading);
    const records = fromCsv(
      object => {
        const event = eventIn(object, null);
        if (event) tally.add(event);
        return event !== null;
      },
      (line, why) => reading.unread(line, why),
    );
    let isBegun = false;
    const lines = lineSink((shown, number) => {
      const text = maskedLine(shown);
      if (!isBegun) {
        if (text.trim() === '') return;
        isBegun = true;
        const separator = text.includes('\t') ? '\t' : ',';
        records.line(NAMES.join(separator), number);
        if (!ROW.test(text)) return;
      }
      records.line(text, number);
    });
    return {
      ...lines,
      end: () => {
        lines.end();
        records.end();
        tally.end();
      },
    };
  },
});

const NAMES = ['Level', 'TimeCreated', 'ProviderName', 'Id', 'TaskCategory', 'Message'];
