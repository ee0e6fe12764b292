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
    let table: Table = tableOf(null, null);
    let [told, quoted] = [0, 0];
    let stated: number | null = null;

    const { push, end, ...more } = lineSink((line, number, isCut) => {
      if (isCut || line.length > 4000) {
        unread(number, 'the line is longer than a line of this table');
        return;
      }
      if (line.trim() === '') {
        if (table.rows.count() > 0) table.isWhole = true;
        return;
      }
      const time = statedTime(line);
      stated = time ?? stated;
      table.stated ??= time;
      if (isQuery(line)) {
        close();
        table = tableOf(line, stated);
        return;
      }
      if (PROMPT.test(line)) {
        table.isWhole = table.asked !== null || table.rows.count() > 0;
        table.isOver ||= table.asked !== null;
        return;
      }
      if (table.isOver) return;
      if (/^no records found/i.test(line.trim())) table.isEmpty = true;
      else if (table.columns) take(line, number);
      else if (isTitle(line)) table.names = line;
      else if (table.names !== '' && /^[-\s]+$/.test(line)) table.columns = columnsOf(table.names, line);
      else if (table.asked !== null && /error|denied|invalid|syntax|failed/i.test(line))
        table.refused ??= line.slice(0, 200);
    });

    return {
      ...more,
      push,
      end: () => {
        end();
        close();
        if (told > 0) return;
        if (!table.refused) unread(null, 'there is no table with subscriptionid and timestamputc');
        ask(WHOLE);
      },
    };

    /** What is listed below another query is another table: of another node, of other rows, or of another time. */
    function close(): void {
      if (table.columns === null && !table.isEmpty) {
        if (table.refused) unread(null, `Unity Connection answered: ${table.refused}`);
        return;
      }
      told++;
      const limit = table.asked === null ? null : limitOf(table.asked);
      const body = table.rows.end({ stated: table.stated, reading: now });
      observe(
        'push-subscriptions',
        {
          ...{ ...body, limit, isWhole: table.isWhole || table.isEmpty },
          ...(table.asked !== null && isNarrowed(table.asked) ? { isNarrowed: true } : {}),
        },
        body.now,
        table.firstLine,
      );
      if (limit !== null && body.rows >= limit) ask(WHOLE);
    }

    function take(line: string, number: number): void {
      const row = table.columns && rowOf(line, table.columns);
      if (!row) {
        unread(number, 'no row of the table');
        return;
      }
      table.rows.add(row);
      table.firstLine ??= number;
      if (row === 'unreadable') unread(number, 'the time of this row cannot be read');
      else if (quoted++ < 3) quote(number, line);
    }
  },
});

type Table = {
  /** The query, as it was typed. */
  asked: string | null;
  /** The clock beside it: the last one above the query, or else the first one below. */
  stated: number | null;
  rows: ReturnType<typeof ages>;
  columns: Columns | null;
  names: string;
  isEmpty: boolean;
  isWhole: boolean;
  /** Something else was typed. */
  isOver: boolean;
  refused: string | null;
  firstLine: number | null;
};
const tableOf = (asked: string | null, stated: number | null): Table => ({
  ...{ asked, stated, rows: ages(), columns: null, names: '', isEmpty: false, isWhole: false, isOver: false },
  ...{ refused: null, firstLine: null },
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
/** By a condition: such rows say nothing of the others. */
const isNarrowed = (query: string): boolean => /\bwhere\b/i.test(query);
const isTitle = (line: string): boolean =>
  line.length < 1000 &&
  /\bsubscriptionid\b.*\btimestamputc\b|\btimestamputc\b.*\bsubscriptionid\b/i.test(line) &&
  !isQuery(line);
const PROMPT = /^admin:/;
