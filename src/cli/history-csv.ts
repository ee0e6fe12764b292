import { type CsvCell, csvText } from '../domain/csv.js';
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

export const csvOf = (rows: readonly HistoryRow[]): string => csvText([COLUMNS, ...rows.map(cellsOf)]);

const cellsOf = (row: HistoryRow): CsvCell[] => {
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
