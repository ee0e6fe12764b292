import { z } from 'zod';
import { HistoryRow, standingOf } from '../domain/history-row.js';
import { thin } from '../domain/history-thin.js';
import type { Limits } from './store.js';

/** Rows lie in pages of one day, `2026-11-21`; a page is thinned as it ages, and always rewritten as a whole. */
export type Keeping = Pick<Limits, 'hourlyAfterMs' | 'dailyAfterMs' | 'rowMs' | 'failureRowMs' | 'rowsPerDay'>;

const HOUR = 3_600_000;
const DAY = 24 * HOUR;

export const dayOf = (at: string | number): string => new Date(at).toISOString().slice(0, 10);
export const daysBetween = (from: string, until: string): string[] => {
  const first = Date.parse(dayOf(from));
  const days = Math.floor((Date.parse(dayOf(until)) - first) / DAY) + 1;
  return Array.from({ length: Math.max(0, Math.min(days, MOST_DAYS)) }, (_, n) => dayOf(first + n * DAY));
};
const MOST_DAYS = 4_000;

/** What is left of a page at that moment, and when it has to be looked at next; null when nothing is. */
export const aged = (
  rows: readonly HistoryRow[],
  day: string,
  now: number,
  keep: Keeping,
): { rows: HistoryRow[]; dueMs: number } | null => {
  const age = now - (Date.parse(day) + DAY);
  const [hourly, daily, ends, failuresEnd] = stages(keep);
  if (age >= failuresEnd) return null;
  const grain = age >= daily ? DAY : age >= hourly ? HOUR : null;
  const thinned = grain === null ? [...rows] : thin(rows, grain);
  const left = age >= ends ? thinned.filter(row => row.state === 'problem') : thinned;
  if (left.length === 0) return null;
  const next = Math.min(...stages(keep).filter(stage => age < stage));
  return { rows: capped(left, keep.rowsPerDay), dueMs: Date.parse(day) + DAY + next };
};

/** When a page of that day is to be thinned first. */
export const dueOf = (day: string, keep: Keeping): number => Date.parse(day) + DAY + Math.min(...stages(keep));

/** A later stage never comes before an earlier one, whatever is configured. */
const stages = ({ hourlyAfterMs, dailyAfterMs, rowMs, failureRowMs }: Keeping) => {
  const daily = Math.max(hourlyAfterMs, dailyAfterMs);
  const ends = Math.max(rowMs, 0);
  return [hourlyAfterMs, daily, ends, Math.max(ends, failureRowMs)] as const;
};

/** Beyond so many, what tells least goes: thinned to the hour first, then the oldest healthy rows, then the oldest. */
const capped = (rows: readonly HistoryRow[], most: number): HistoryRow[] => {
  if (rows.length <= most) return [...rows];
  const thinned = thin(rows, HOUR);
  let over = thinned.length - most;
  const kept = thinned.filter(row => over <= 0 || standingOf(row) !== 'healthy' || over-- <= 0);
  return kept.slice(Math.max(0, kept.length - most));
};

type Pages = ReadonlyMap<string, HistoryRow[]>;

/** Pages with one row more and what is too old gone, for stores that hold them all; a run that is put again takes the place of the first. */
export const withRow = (pages: Pages, row: HistoryRow, keep: Keeping): Map<string, HistoryRow[]> => {
  const now = Date.parse(row.at);
  const today = dayOf(row.at);
  const after = new Map<string, HistoryRow[]>();
  for (const [day, rows] of new Map([[today, []], ...pages])) {
    const others = rows.filter(({ run }) => run === null || run !== row.run);
    const all = day === today ? inOrder([...others, row]) : others;
    const left = aged(all, day, now, keep);
    if (left) after.set(day, left.rows);
  }
  return after;
};

const inOrder = (rows: readonly HistoryRow[]): HistoryRow[] =>
  [...rows].sort((a, b) => Date.parse(a.at) - Date.parse(b.at));

/** A page as lines of short arrays: one look more is one line more. */
export const lineOf = (row: HistoryRow): string =>
  `${JSON.stringify([
    Date.parse(row.at),
    Date.parse(row.until) - Date.parse(row.at),
    row.looks,
    row.run ?? 0,
    STATES.indexOf(row.state) + (row.severity === 'warning' ? 4 : 0),
    row.rules.join(' '),
    row.logins.flat(),
    row.needed,
    row.possible,
    row.certificateDays,
    row.gapMs,
  ])}\n`;

export const pageOf = (rows: readonly HistoryRow[]): string => rows.map(lineOf).join('');

/** What can be read of a page; `lost` counts the lines that could not. */
export const rowsIn = (page: string): { rows: HistoryRow[]; lost: number } => {
  const read = page.split('\n').filter(Boolean).map(rowIn);
  const rows = inOrder(read.filter(row => row !== null));
  return { rows, lost: read.length - rows.length };
};

const STATES = ['healthy', 'problem', 'unknown'] as const;
const Line = z.tuple([
  z.int(),
  z.int().min(0),
  z.int().min(1),
  z.union([z.literal(0), z.string()]),
  z.int().min(0).max(7),
  z.string(),
  z.array(z.number()),
  z.int().nullable(),
  z.int().nullable(),
  z.int().nullable(),
  z.number().nullable(),
]);

const rowIn = (text: string): HistoryRow | null => {
  try {
    const [at, lasted, looks, run, state, rules, logins, needed, possible, certificateDays, gapMs] = Line.parse(
      JSON.parse(text),
    );
    return HistoryRow.parse({
      at: new Date(at).toISOString(),
      until: new Date(at + lasted).toISOString(),
      looks,
      run: run === 0 ? null : run,
      state: STATES[state % 4],
      severity: state % 4 === 1 ? (state >= 4 ? 'warning' : 'critical') : null,
      rules: rules === '' ? [] : rules.split(' '),
      logins: Array.from({ length: logins.length / 2 }, (_, n) => [logins[2 * n], logins[2 * n + 1]]),
      needed,
      possible,
      certificateDays,
      gapMs,
    });
  } catch {
    return null; // cut, or of a version that we do not know
  }
};
