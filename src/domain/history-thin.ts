import { type HistoryRow, standingOf } from './history-row.js';

/** Neighbours that are further apart stay apart: between them nobody looked. Never above what a look vouches for. */
export const MERGE_GAP_MS = 65 * 60_000;

/**
 * Rows in order of time, thinned: neighbours of one standing and the same rules within one grain (an hour, a day) become one. Every
 * change of standing keeps its time, so availability, transitions and outages are the same before and after.
 */
export const thin = (rows: readonly HistoryRow[], grainMs: number): HistoryRow[] => {
  const thinned: HistoryRow[] = [];
  for (const row of rows) {
    const last = thinned.at(-1);
    if (last && belongTogether(last, row, grainMs)) thinned[thinned.length - 1] = together(last, row);
    else thinned.push(row);
  }
  return thinned;
};

const belongTogether = (a: HistoryRow, b: HistoryRow, grainMs: number): boolean =>
  grainOf(a, grainMs) === grainOf(b, grainMs) &&
  Date.parse(b.at) - Date.parse(a.until) <= MERGE_GAP_MS &&
  standingOf(a) === standingOf(b) &&
  a.rules.join() === b.rules.join();

const grainOf = ({ at }: HistoryRow, grainMs: number): number => Math.floor(Date.parse(at) / grainMs);

const together = (a: HistoryRow, b: HistoryRow): HistoryRow => ({
  ...a,
  until: b.until,
  looks: a.looks + b.looks,
  run: null,
  logins: counted([...a.logins, ...b.logins]),
  needed: either(a.needed, b.needed, Math.max),
  possible: either(a.possible, b.possible, Math.min),
  certificateDays: b.certificateDays ?? a.certificateDays,
  gapMs: either(a.gapMs, b.gapMs, Math.max),
});

const either = (a: number | null, b: number | null, of: (a: number, b: number) => number): number | null =>
  a === null || b === null ? (a ?? b) : of(a, b);

/** On a grid of 5 %, so that a day of logins is a few dozen pairs; snapping twice is snapping once. */
const counted = (logins: HistoryRow['logins']): HistoryRow['logins'] => {
  const times = new Map<number, number>();
  for (const [ms, count] of logins) times.set(snapped(ms), (times.get(snapped(ms)) ?? 0) + count);
  return [...times].sort(([a], [b]) => a - b);
};
const STEP = Math.log(1.05);
const snapped = (ms: number): number => (ms < 20 ? Math.round(ms) : gridValue(Math.round(Math.log(ms) / STEP)));
const gridValue = (index: number): number => Math.round(Math.exp(index * STEP));
