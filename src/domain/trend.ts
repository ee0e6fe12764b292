import { type Seen, spans, vouchMs, type Window } from './history.js';
import type { HistoryRow } from './history-row.js';
import { percentiles } from './percentiles.js';

/** A window in columns of equal length, as a picture and a sparkline show it. */
export type Trend = { window: Window; columns: Column[] };
export type Column = {
  logins: { p50: number; p95: number } | null;
  needed: number | null;
  possible: number | null;
  gapMs: number | null;
  /** How much of it was of which standing, 0 to 1. */
  share: Record<Seen, number>;
};

/** A row that reaches over several columns counts in each: thinned, nobody knows any more in which it lay. */
export const trendOf = (rows: readonly HistoryRow[], window: Window, count: number): Trend => {
  const width = (window.untilMs - window.fromMs) / count;
  const columns = Array.from({ length: count }, (): Column & { taken: HistoryRow['logins'][] } => ({
    logins: null,
    needed: null,
    possible: null,
    gapMs: null,
    share: { healthy: 0, warning: 0, critical: 0, unknown: 0, unseen: 0 },
    taken: [],
  }));
  for (const { is, fromMs, toMs } of spans(rows, window, vouchMs(rows)))
    for (const [n, column] of between(fromMs, toMs)) {
      const begins = window.fromMs + n * width;
      column.share[is] += (Math.min(toMs, begins + width) - Math.max(fromMs, begins)) / width;
    }
  for (const row of rows) {
    const [at, until] = [Date.parse(row.at), Date.parse(row.until)];
    if (until < window.fromMs || at >= window.untilMs) continue;
    for (const [, column] of between(Math.max(at, window.fromMs), until + 1)) {
      column.taken.push(row.logins);
      column.needed = row.needed === null ? column.needed : Math.max(row.needed, column.needed ?? 0);
      column.possible =
        row.possible === null ? column.possible : Math.min(row.possible, column.possible ?? row.possible);
      column.gapMs = row.gapMs === null ? column.gapMs : Math.max(row.gapMs, column.gapMs ?? 0);
    }
  }
  return { window, columns: columns.map(({ taken, ...column }) => ({ ...column, logins: percentiles(taken) })) };

  function between(fromMs: number, toMs: number): [number, (typeof columns)[number]][] {
    const first = Math.max(0, Math.floor((fromMs - window.fromMs) / width));
    const last = Math.min(count - 1, Math.ceil((toMs - window.fromMs) / width) - 1);
    return columns.slice(first, last + 1).map((column, n) => [first + n, column]);
  }
};
