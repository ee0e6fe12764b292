import { type CsvCell, csvText } from '../domain/csv.js';
import type { TargetNews } from '../domain/digest-news.js';
import { wallWords } from '../domain/digest-slots.js';
import type { Zone } from '../domain/digest-when.js';
import type { HistoryRow } from '../domain/history-row.js';
import { percentiles } from '../domain/percentiles.js';
import type { View } from './view.js';
import { count } from './words.js';

/** One target of the table, with its looks of the last days. */
export type TableRow = { news: TargetNews; rows: readonly HistoryRow[] };

const COLUMNS = [
  'target',
  'state',
  'since',
  'last_seen',
  'findings',
  'says',
  'sessions_needed',
  'sessions_possible',
  'connections_a_source',
  'mails_a_minute',
  'certificate_days',
  'longest_pause_ms',
  'login_p50_ms',
  'login_p95_ms',
] as const;

/** Everything that a digest counts and leaves out, as a file for a spreadsheet; out of what is known, nothing is looked at. */
export const digestTableView = (rows: readonly TableRow[], now: number, zone: Zone): View => {
  const day = wallWords(now, zone).slice(0, 10);
  return {
    tone: 'plain',
    headline: `The table of ${count(rows.length, 'target')}, as last seen.`,
    sections: [],
    footer: 'Times in UTC; an empty cell is not known. Logins and pauses are those of the last 7 days.',
    file: `uccx-table-${day}`,
    attachment: { name: `uccx-table-${day}.csv`, content: csvText([COLUMNS, ...rows.map(cellsOf)]) },
  };
};

const cellsOf = ({ news: { entry, report, why, headroom }, rows }: TableRow): CsvCell[] => {
  const logins = percentiles(rows.map(row => row.logins));
  return [
    entry.target,
    entry.state,
    entry.since,
    report?.finishedAt ?? null,
    entry.findings.map(({ rule }) => rule).join(' '),
    entry.findings.length > 0 ? entry.findings.map(({ says }) => says).join(' ') : why,
    headroom?.needed ?? null,
    headroom?.possible ?? null,
    headroom?.connector?.perSource ?? null,
    headroom?.connector?.messagesPerMinute ?? null,
    headroom?.certificateDays ?? null,
    headroom?.gapMs ?? null,
    logins?.p50 ?? null,
    logins?.p95 ?? null,
  ];
};
