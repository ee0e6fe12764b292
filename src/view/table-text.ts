import type { Table } from './view.js';

/** Every row as long as there are columns: what is missing is a dash, what is too many stands in the last cell. */
export const evenRows = ({ columns, rows }: Table): string[][] =>
  rows.map(row => {
    const last = columns.length - 1;
    const cells = row.length > columns.length ? [...row.slice(0, last), row.slice(last).join(' ')] : row;
    return columns.map((_, index) => (cells[index]?.trim() ? (cells[index] as string) : '–'));
  });

/** A row read aloud, for where there is no room to line rows up: what it is about, then each column with its name; a dash says nothing. */
export const rowInWords = (columns: readonly string[], row: readonly string[]): { about: string; says: string } => ({
  about: row[0] ?? '',
  says: columns
    .slice(1)
    .flatMap((column, index) => (row[index + 1] === '–' ? [] : [`${column} ${row[index + 1] ?? ''}`]))
    .join('; '),
});

/** Rows under one another in letters of one width, head first; null where that is wider than `width`. `blank` fills up. */
export const alignedRows = (table: Table, width: number, blank = ' '): string[] | null => {
  const all = [table.columns, ...evenRows(table)];
  const widths = table.columns.map((_, index) => Math.max(...all.map(row => lengthOf(row[index] ?? ''))));
  if (widths.reduce((sum, each) => sum + each + 2, -2) > width) return null;
  const line = (row: readonly string[]): string =>
    row
      .map((cell, index) =>
        index === row.length - 1 ? cell : cell + blank.repeat((widths[index] ?? 0) - lengthOf(cell) + 2),
      )
      .join('');
  const [head = [], ...rows] = all;
  return [line(head), line(widths.map(each => '-'.repeat(each))), ...rows.map(line)];
};

/** What stands in cells, put through the writer's own cleaning. */
export const tableWith = (clean: (words: string) => string, { caption, columns, rows }: Table): Table => ({
  caption: clean(caption),
  columns: columns.map(clean),
  rows: rows.map(row => row.map(clean)),
});

/** In characters as people count them, near enough: a terminal draws some scripts two columns wide. */
const lengthOf = (words: string): number => [...words].length;
