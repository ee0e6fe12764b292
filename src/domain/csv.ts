export type CsvCell = string | number | null;

/** Rows as RFC 4180 has them; an empty cell is what was not known. */
export const csvText = (rows: readonly (readonly CsvCell[])[]): string =>
  `${rows.map(row => row.map(cell).join(',')).join('\r\n')}\r\n`;

/** Quoted where it has to be, and where a spreadsheet would take words for a formula. */
const cell = (value: CsvCell): string => {
  const words = String(value ?? '');
  const safe = typeof value === 'string' && /^[=+\-@\t\r]/.test(words) ? `'${words}` : words;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
};
