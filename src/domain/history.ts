import type { IsoTime } from './clock.js';
import { type HistoryRow, type Standing, standingOf } from './history-row.js';
import { MERGE_GAP_MS } from './history-thin.js';
import { percentiles } from './percentiles.js';

/** From when until when, in milliseconds; the end does not belong to it. */
export type Window = { fromMs: number; untilMs: number };

/** Time is of a standing, or `unseen`: nobody looked for longer than a look vouches for. */
export type Seen = Standing | 'unseen';
export type Span = { is: Seen; fromMs: number; toMs: number };

type Transition = { at: IsoTime; from: Standing; to: Standing; rules: string[] };
/** `isOver`: it was seen to end at `until`. Otherwise it lasted until then at least. */
export type Outage = { from: IsoTime; until: IsoTime; isOver: boolean; rules: string[] };

export type HistorySummary = {
  looks: Record<Standing, number>;
  ms: Record<Seen, number>;
  /** Of the time in which it was known: 0 to 1, null where it never was. Neither unknown nor unseen counts as up, or as down. */
  availability: number | null;
  transitions: Transition[];
  outages: Outage[];
  longestOutage: Outage | null;
  logins: { count: number; p50: number; p95: number } | null;
  /** The most that was needed and the least that was possible. */
  needed: number | null;
  possible: number | null;
  /** As last seen. */
  certificateDays: number | null;
  gapMs: number | null;
  /** How it stood last, and since when; null where nobody looked. */
  last: { is: Standing; since: IsoTime; rules: string[] } | null;
};

const LONGEST_VOUCH_MS = 26 * 3_600_000;

/** Rows from before a window say how it stood when the window began: ask for so much more. */
export const LEAD_MS = LONGEST_VOUCH_MS;

/**
 * For how long a look vouches when none follows: three times the usual pause, so that one that failed to come leaves no hole. At least an
 * hour; at most a little over a day, which is what a daily digest needs.
 */
export const vouchMs = (rows: readonly HistoryRow[]): number => {
  const [first, last] = [rows[0], rows.at(-1)];
  const looks = rows.reduce((sum, row) => sum + row.looks, 0);
  if (!first || !last || looks < 2) return LONGEST_VOUCH_MS;
  const pauseMs = (ms(last.until) - ms(first.at)) / (looks - 1);
  return Math.min(Math.max(3 * pauseMs, MERGE_GAP_MS), LONGEST_VOUCH_MS);
};

/** The window cut into spans, without a gap and in order. Rows come in order of time. */
export function* spans(rows: readonly HistoryRow[], window: Window, vouch = vouchMs(rows)): Generator<Span> {
  let reached = window.fromMs;
  for (const [index, row] of rows.entries()) {
    const next = rows[index + 1];
    const goodUntil = ms(row.until) + vouch;
    const end = Math.min(next ? ms(next.at) : goodUntil, goodUntil, window.untilMs);
    const begin = Math.min(Math.max(ms(row.at), window.fromMs), window.untilMs);
    if (begin > reached) yield { is: 'unseen', fromMs: reached, toMs: begin };
    reached = Math.max(reached, begin);
    if (end > reached) yield { is: standingOf(row), fromMs: reached, toMs: end };
    reached = Math.max(reached, end);
  }
  if (window.untilMs > reached) yield { is: 'unseen', fromMs: reached, toMs: window.untilMs };
}

/** What a window was like. Rows come in order of time; those from before it only say how it began. */
export const summarize = (rows: readonly HistoryRow[], window: Window): HistorySummary => {
  const vouch = vouchMs(rows);
  const time: HistorySummary['ms'] = { healthy: 0, warning: 0, critical: 0, unknown: 0, unseen: 0 };
  for (const span of spans(rows, window, vouch)) time[span.is] += span.toMs - span.fromMs;

  const looks: HistorySummary['looks'] = { healthy: 0, warning: 0, critical: 0, unknown: 0 };
  const transitions: Transition[] = [];
  const taken: HistoryRow['logins'][] = [];
  let last = null as HistorySummary['last'];
  const worst = { needed: null, possible: null, certificateDays: null, gapMs: null } as Worst;
  for (const row of rows) {
    if (ms(row.at) >= window.untilMs) break;
    const is = standingOf(row);
    if (last && last.is !== is && ms(row.at) >= window.fromMs)
      transitions.push({ at: row.at, from: last.is, to: is, rules: row.rules });
    last = { is, since: last?.is === is ? last.since : row.at, rules: row.rules };
    if (ms(row.until) < window.fromMs) continue;
    looks[is] += row.looks;
    taken.push(row.logins);
    worst.needed = either(worst.needed, row.needed, Math.max);
    worst.possible = either(worst.possible, row.possible, Math.min);
    worst.gapMs = either(worst.gapMs, row.gapMs, Math.max);
    worst.certificateDays = row.certificateDays ?? worst.certificateDays;
  }
  const up = time.healthy + time.warning;
  const outages = outagesIn(rows, window, vouch);
  return {
    looks,
    ms: time,
    availability: up + time.critical > 0 ? up / (up + time.critical) : null,
    transitions,
    outages,
    longestOutage: outages.reduce<Outage | null>((a, b) => (a && lengthOf(a) >= lengthOf(b) ? a : b), null),
    logins: percentiles(taken),
    ...worst,
    last,
  };
};

type Worst = Pick<HistorySummary, 'needed' | 'possible' | 'certificateDays' | 'gapMs'>;

export const lengthOf = ({ from, until }: Outage): number => ms(until) - ms(from);

/** Broken before and after something unknown is one outage; broken before something unknown and healthy after it ended somewhere in there. */
const outagesIn = (rows: readonly HistoryRow[], window: Window, vouch: number): Outage[] => {
  const outages: Outage[] = [];
  /** `brokenMs`: until then it is known to have been broken. */
  let open: { fromMs: number; brokenMs: number; rules: string[] } | null = null;
  let before: HistoryRow | null = null;
  for (const row of rows) {
    const at = ms(row.at);
    if (at >= window.untilMs) break;
    const wasSeen = before !== null && at - ms(before.until) <= vouch;
    const is = standingOf(row);
    if (open && before && standingOf(before) === 'critical') open.brokenMs = Math.min(at, ms(before.until) + vouch);
    if (open && !wasSeen) close(false);
    if (open && (is === 'healthy' || is === 'warning')) close(before !== null && standingOf(before) === 'critical');
    if (is === 'critical') {
      open ??= { fromMs: at, brokenMs: at, rules: [] };
      open.brokenMs = ms(row.until);
      open.rules = [...new Set([...open.rules, ...row.rules])];
    }
    before = row;
  }
  if (open && before && standingOf(before) === 'critical') open.brokenMs = ms(before.until) + vouch;
  if (open) close(false);
  return outages;

  function close(isOver: boolean): void {
    if (!open) return;
    const fromMs = Math.max(open.fromMs, window.fromMs);
    const untilMs = Math.min(open.brokenMs, window.untilMs);
    if (untilMs > fromMs) outages.push({ from: iso(fromMs), until: iso(untilMs), isOver, rules: open.rules });
    open = null;
  }
};

const either = (a: number | null, b: number | null, of: (a: number, b: number) => number): number | null =>
  a === null || b === null ? (a ?? b) : of(a, b);
const ms = (time: IsoTime): number => Date.parse(time);
const iso = (at: number): IsoTime => new Date(at).toISOString();
