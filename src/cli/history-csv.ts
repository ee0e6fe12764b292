import type { HistoryRow } from '../domain/history-row.js';
import { percentiles } from '../domain/percentiles.js';

const COLUMNS = [
  'at',
  'until',
  'looks',
  'state',
  'severity',
  'rules',
  'login_p50_ms',
  'login_p95_ms',
  'sessions_needed',
  'sessions_possible',
  'certificate_days',
  'gap_ms',
  'run',
] as const;

/** Rows as RFC 4180 has them; an empty cell is what was not known. */
export const csvOf = (rows: readonly HistoryRow[]): string =>
  `${[COLUMNS, ...rows.map(cellsOf)].map(each => each.map(cell).join(',')).join('\r\n')}\r\n`;

const cellsOf = (row: HistoryRow): (string | number | null)[] => {
  const logins = percentiles([row.logins]);
  return [
    row.at,
    row.until,
    row.looks,
    row.state,
    row.severity,
    row.rules.join(' '),
    logins?.p50 ?? null,
    logins?.p95 ?? null,
    row.needed,
    row.possible,
    row.certificateDays,
    row.gapMs,
    row.run,
  ];
};

/** Quoted where it has to be, and where a spreadsheet would take words for a formula. */
const cell = (value: string | number | null): string => {
  const words = String(value ?? '');
  const safe = typeof value === 'string' && /^[=+\-@\t\r]/.test(words) ? `'${words}` : words;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
};
