import { nameMeant } from './names.js';
import type { ObjectsFrom, OnPrinted, OnUnread, Value } from './object.js';
import { untabbed } from './tabs.js';

/** A table while its rows come: where each column begins and ends is known when all rows are there. */
type Table = { header: string; dashes: string; rows: { text: string; line: number }[]; line: number };

/** So many rows are read of one table; a list of all mailboxes is no answer about one account. */
const MOST_ROWS = 500;
const MOST_WIDTH = 1000;

/** The shell's line of dashes under the names: at least two columns. */
export const isDashes = (line: string): boolean => line.length <= MOST_WIDTH && /^\s*-+(?:\s+-+)+\s*$/.test(line);

/**
 * Takes the columns of `Format-Table` apart. Text begins below its name and numbers end below theirs, so the border between two columns
 * is a blank that every row shares. A value that was cut off (`...`) is not taken, nor is a table whose borders cannot be told.
 */
export const fromFormatTable = (onObject: OnPrinted, onUnread: OnUnread): ObjectsFrom => {
  let before: { text: string; line: number } | null = null;
  let table: Table | null = null;
  return { line, end };

  function line(text: string, number: number): void {
    if (text === '' || text.trim() === '') {
      end();
      return;
    }
    if (isDashes(text) && before) {
      const header = before.text;
      end();
      table = { header, dashes: text, rows: [], line: number };
      return;
    }
    before = { text, line: number };
    if (table && table.rows.length < MOST_ROWS) table.rows.push({ text: text.slice(0, MOST_WIDTH), line: number });
  }

  function end(): void {
    if (table) tell(table);
    table = null;
    before = null;
  }

  function tell(shown: Table): void {
    const { header, dashes, rows, line: at } = withBlanks(shown);
    const columns = columnsIn(header, dashes, rows);
    if (!columns) {
      onUnread(at, 'the borders between the columns of this table cannot be told; use Format-List');
      return;
    }
    const names = columns.map(({ from, to }) => {
      const label = header.slice(from, to).trim();
      const cut = /^(.*?)(?:\.\.\.|…)$/.exec(label);
      return nameMeant(cut?.[1] ?? label, cut !== null);
    });
    if (names.includes(null)) onUnread(at, 'a name in the head of this table was cut off; use Format-List');
    for (const row of rows) {
      // A row that begins blank goes on from the one above (-Wrap): neither of them is whole.
      if (/^\s/.test(row.text.slice(columns[0]?.from ?? 0)) && !/^\s*-?\d/.test(row.text)) {
        onUnread(row.line, 'this row goes on from the one above; use Format-List');
        continue;
      }
      onObject({ properties: cells(columns, names, row), line: row.line });
    }
  }

  function cells(columns: readonly Column[], names: readonly (string | null)[], row: Table['rows'][number]) {
    const properties = new Map<string, Value>();
    for (const [at, { from, to }] of columns.entries()) {
      const name = names[at];
      const text = row.text.slice(from, to).trim();
      if (!name) continue;
      if (/(?:\.\.\.|…)$/.test(text) && !/^\{.*$/.test(text)) {
        // What people read and no reader does.
        if (name !== 'displayname') onUnread(row.line, `${name}: the value was cut off in the table`);
      } else properties.set(name, { text, line: row.line, sure: true });
    }
    return properties;
  }
};

/** Tabs in place of blanks: a spreadsheet has one between two columns, a terminal as many as it takes to the next stop. */
const withBlanks = (table: Table): Table => {
  const { header, dashes, rows } = table;
  if (![header, dashes, ...rows.map(({ text }) => text)].some(text => text.includes('\t'))) return table;
  const cells = [header, dashes, ...rows.map(({ text }) => text)].map(text =>
    text
      .trimEnd()
      .split('\t')
      .map(cell => cell.trim()),
  );
  const columns = (dashes.match(/-+/g) ?? []).length;
  const isOneEach = cells.every(row => row.length <= columns) && cells[1]?.length === columns;
  const widths = Array.from({ length: columns }, (_, at) => Math.max(...cells.map(row => row[at]?.length ?? 0)));
  const asShown = (text: string) =>
    isOneEach
      ? text
          .trimEnd()
          .split('\t')
          .map((cell, at) => cell.trim().padEnd(widths[at] as number))
          .join(' ')
          .trimEnd()
      : untabbed(text);
  return {
    ...table,
    header: asShown(header),
    dashes: asShown(dashes),
    rows: rows.map(({ text, line }) => ({ text: asShown(text), line })),
  };
};

type Column = { from: number; to: number };

const columnsIn = (header: string, dashes: string, rows: Table['rows']): Column[] | null => {
  const runs = [...dashes.matchAll(/-+/g)].map(run => ({ from: run.index, to: run.index + run[0].length }));
  const lines = [header, ...rows.map(({ text }) => text)];
  const borders = runs.slice(1).map((next, at) => {
    const end = (runs[at] as Column).to;
    for (let place = next.from - 1; place >= end; place--)
      if (lines.every(text => text[place] === undefined || text[place] === ' ')) return place;
    return null;
  });
  if (borders.includes(null)) return null;
  const starts = [0, ...(borders as number[]).map(border => border + 1)];
  return starts.map((from, at) => ({ from, to: starts[at + 1] ?? MOST_WIDTH }));
};
