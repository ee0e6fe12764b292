import { onUnityConnection, SUBSCRIPTION_TABLE } from '../../remedies/platform-cli.js';
import { lineSink } from '../lines.js';
import { defineReader } from '../reader.js';
import { ages } from './ages.js';
import { type Columns, columnsOf, rowOf, statedTime } from './table.js';

/** `run cuc dbquery unitydyndb select … from tbl_exsubscription`: when each subscription was last notified. Its times are UTC. */
export const subscriptionTable = defineReader({
  id: 'subscription-table',
  says: 'the table of push subscriptions of Unity Connection (tbl_exsubscription)',
  recognises: ({ bytes }) => {
    const head = bytes.toString('latin1', 0, 16_384);
    if (/\brun\s{1,9}cuc\s{1,9}dbquery\b[^\n]{0,300}\btbl_exsubscription\b/i.test(head)) return 0.95;
    return head.split(/\r?\n/, 60).some(isTitle) ? 0.9 : 0;
  },
  yields: ['push-subscriptions'],

  open: ({ now, observe, quote, unread, ask }) => {
    const rows = ages();
    let columns: Columns | null = null;
    let names = '';
    let limit: number | null = null;
    let stated: number | null = null;
    let [isAsked, isEmpty, isWhole] = [false, false, false];
    let refused: string | null = null;
    let [firstLine, quoted]: [number | null, number] = [null, 0];

    const { push, end, ...more } = lineSink((line, number, isCut) => {
      if (isCut || line.length > 4000) {
        unread(number, 'the line is longer than a line of this table');
        return;
      }
      if (line.trim() === '') {
        if (rows.count() > 0) isWhole = true;
        return;
      }
      stated ??= statedTime(line);
      if (isQuery(line)) {
        isAsked = true;
        limit ??= limitOf(line);
        columns = null;
        return;
      }
      if (PROMPT.test(line)) {
        isWhole = isAsked || rows.count() > 0;
        return;
      }
      if (/^no records found/i.test(line.trim())) {
        isEmpty = true;
        return;
      }
      if (columns) take(line, number);
      else if (isTitle(line)) names = line;
      else if (names !== '' && /^[-\s]+$/.test(line)) columns = columnsOf(names, line);
      else if (isAsked && /error|denied|invalid|syntax/i.test(line)) refused ??= line.slice(0, 200);
    });

    return {
      ...more,
      push,
      end: () => {
        end();
        if (columns === null && !isEmpty) {
          unread(
            null,
            refused
              ? `Unity Connection answered: ${refused}`
              : 'there is no table with subscriptionid and timestamputc',
          );
          ask(WHOLE);
          return;
        }
        const body = rows.end({ stated, reading: now });
        observe('push-subscriptions', { ...body, limit, isWhole: isWhole || isEmpty }, body.now, firstLine);
        if (limit !== null && body.rows >= limit) ask(WHOLE);
      },
    };

    function take(line: string, number: number): void {
      const row = columns && rowOf(line, columns);
      if (!row) {
        unread(number, 'no row of the table');
        return;
      }
      rows.add(row);
      firstLine ??= number;
      if (row === 'unreadable') unread(number, 'the time of this row cannot be read');
      else if (quoted++ < 3) quote(number, line);
    }
  },
});

const WHOLE = {
  says: 'How do all subscriptions stand? The whole table, with the clock of Unity Connection beside it.',
  steps: SUBSCRIPTION_TABLE.map(onUnityConnection),
};

const isQuery = (line: string): boolean => /\brun\s{1,9}cuc\s{1,9}dbquery\b/i.test(line);
const limitOf = (line: string): number | null => {
  const found = /\bselect\s{1,9}(?:first|limit)\s{1,9}(\d{1,6})\b/i.exec(line);
  return found ? Number(found[1]) : null;
};
const isTitle = (line: string): boolean =>
  line.length < 1000 &&
  /\bsubscriptionid\b.*\btimestamputc\b|\btimestamputc\b.*\bsubscriptionid\b/i.test(line) &&
  !isQuery(line);
const PROMPT = /^admin:\s*$/;
