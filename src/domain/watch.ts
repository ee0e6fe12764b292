import { z } from 'zod';
import { IsoTime } from './clock.js';
import type { HistoryRow, Standing } from './history-row.js';
import { standingOf } from './history-row.js';

/** How patient a watch is. */
export const WatchPatience = z.object({
  /** So many bad looks in a row break it, so many good ones recover it. */
  breaksAfter: z.int().min(1).max(20).default(3),
  recoversAfter: z.int().min(1).max(20).default(2),
  /** From so many changes within `flapsWithinMs` on it flaps, which is said once; it has settled after as long without one. */
  flapsAfter: z.int().min(3).max(50).default(6),
  flapsWithinMs: z.int().min(60_000).default(3_600_000),
  /** While it is broken, somebody is reminded this often; null: never. */
  remindsAfterMs: z
    .int()
    .min(60_000)
    .nullable()
    .default(4 * 3_600_000),
});
export type WatchPatience = z.infer<typeof WatchPatience>;

const Incident = z.object({
  since: IsoTime,
  rules: z.array(z.string()),
  /** Another cause that has not been seen often enough to be told. */
  turning: z.object({ rules: z.array(z.string()), looks: z.int().min(1) }).nullable(),
  /** When it was last spoken of. */
  toldAt: IsoTime,
});

/** All that a watch remembers of one target from one look to the next. */
export const WatchState = z.object({
  /** Good or bad looks in a row, and when the first of them was. Null before the first look that told anything. */
  streak: z.object({ is: z.enum(['good', 'bad']), looks: z.int().min(1), since: IsoTime }).nullable(),
  incident: Incident.nullable(),
  /** Unknown looks in a row since it was last known. */
  blind: z.object({ looks: z.int().min(1), since: IsoTime, isTold: z.boolean() }).nullable(),
  /** When it changed between good and bad, as far as flapping is concerned. */
  changes: z.array(IsoTime).max(60),
  flapsSince: IsoTime.nullable(),
  lastAt: IsoTime.nullable(),
});
export type WatchState = z.infer<typeof WatchState>;

export const UNWATCHED: WatchState = {
  streak: null,
  incident: null,
  blind: null,
  changes: [],
  flapsSince: null,
  lastAt: null,
};

/**
 * What is to be said after a look. `broke` opens a message; `develops`, `reminder` and `flaps` edit it and stand in its thread;
 * `recovered` closes it. One incident is one message.
 */
export type WatchNews =
  | { say: 'broke'; since: IsoTime; rules: string[]; at: IsoTime }
  | { say: 'develops'; since: IsoTime; rules: string[]; before: string[]; at: IsoTime }
  | { say: 'reminder'; since: IsoTime; rules: string[]; at: IsoTime }
  | { say: 'flaps'; since: IsoTime; changes: number; at: IsoTime }
  | { say: 'settled'; flappedSince: IsoTime; isBroken: boolean; at: IsoTime }
  | { say: 'blind'; since: IsoTime; at: IsoTime }
  | { say: 'sees-again'; since: IsoTime; at: IsoTime }
  | { say: 'recovered'; since: IsoTime; until: IsoTime; at: IsoTime };

export type Look = Pick<HistoryRow, 'at' | 'state' | 'severity' | 'rules'>;
type Step = { next: WatchState; news: WatchNews[] };

/**
 * One look further. Pure: the same state and look give the same news, so a look that is told twice is told once. A look that is not later
 * than the last one changes nothing. Unknown is neither good nor bad: it breaks nothing and recovers nothing, and is spoken of when it
 * lasts as long as a break would take.
 */
export const watchStep = (state: WatchState, look: Look, patience: WatchPatience): Step => {
  if (state.lastAt !== null && look.at <= state.lastAt) return { next: state, news: [] };
  const is = kindOf(standingOf(look));
  return is === 'unknown' ? inTheDark(state, look, patience) : inTheLight(state, look, is, patience);
};

/**
 * The same step where nobody is to be woken: what would open something, or speak of it again, is left for the first look after the
 * silence. What closes something is told.
 */
export const hushed = (before: WatchState, { next, news }: Step): Step => {
  const calm = news.filter(({ say, ...more }) =>
    say === 'settled' ? !('isBroken' in more && more.isBroken) : say === 'recovered' || say === 'sees-again',
  );
  if (calm.length === news.length) return { next, news };
  const blind = next.blind ? { ...next.blind, isTold: before.blind?.isTold ?? false } : null;
  return { next: { ...next, incident: before.incident, flapsSince: before.flapsSince, blind }, news: calm };
};

/** A warning breaks nothing, so nobody is woken for it; digests tell it. */
const kindOf = (standing: Standing): 'good' | 'bad' | 'unknown' =>
  standing === 'critical' ? 'bad' : standing === 'unknown' ? 'unknown' : 'good';

const inTheDark = (state: WatchState, { at }: Look, patience: WatchPatience): Step => {
  const looks = (state.blind?.looks ?? 0) + 1;
  const since = state.blind?.since ?? at;
  const isDue = looks >= patience.breaksAfter && !state.blind?.isTold;
  return {
    next: { ...state, lastAt: at, blind: { looks, since, isTold: isDue || (state.blind?.isTold ?? false) } },
    news: isDue ? [{ say: 'blind', since, at }] : [],
  };
};

const inTheLight = (state: WatchState, look: Look, is: 'good' | 'bad', patience: WatchPatience): Step => {
  const { at } = look;
  const isSame = state.streak?.is === is;
  const streak = {
    is,
    looks: isSame ? (state.streak?.looks ?? 0) + 1 : 1,
    since: isSame ? (state.streak?.since ?? at) : at,
  };
  const changes = [...state.changes, ...(state.streak && !isSame ? [at] : [])]
    .filter(change => Date.parse(at) - Date.parse(change) < patience.flapsWithinMs)
    .slice(-50);
  const seen: WatchState = { ...state, lastAt: at, streak, changes, blind: null };
  const light: WatchNews[] = state.blind?.isTold ? [{ say: 'sees-again', since: state.blind.since, at }] : [];
  const { next, news } = seen.flapsSince ? flapping(seen, look, patience) : steady(seen, look, patience);
  return { next, news: [...light, ...news] };
};

/** It has been said that it flaps: silence until it has kept still for as long as flapping was counted over. */
const flapping = (state: WatchState, { at, rules }: Look, patience: WatchPatience): Step => {
  const { streak, incident, flapsSince, changes } = state;
  const isLong =
    streak !== null && streak.looks >= (streak.is === 'bad' ? patience.breaksAfter : patience.recoversAfter);
  if (changes.length > 0 || !isLong || !streak || !flapsSince) return { next: state, news: [] };
  const calm: WatchState = { ...state, flapsSince: null, changes: [] };
  if (streak.is === 'bad')
    return {
      next: {
        ...calm,
        incident: { since: incident?.since ?? streak.since, rules: [...rules], turning: null, toldAt: at },
      },
      news: [{ say: 'settled', flappedSince: flapsSince, isBroken: true, at }],
    };
  return {
    next: { ...calm, incident: null },
    news: [
      { say: 'settled', flappedSince: flapsSince, isBroken: false, at },
      ...(incident ? [{ say: 'recovered' as const, since: incident.since, until: streak.since, at }] : []),
    ],
  };
};

const steady = (state: WatchState, { at, rules }: Look, patience: WatchPatience): Step => {
  const { streak, incident, changes } = state;
  if (!streak) return { next: state, news: [] };
  if (changes.length >= patience.flapsAfter)
    return {
      next: { ...state, flapsSince: changes[0] ?? at },
      news: [{ say: 'flaps', since: changes[0] ?? at, changes: changes.length, at }],
    };
  if (streak.is === 'good') {
    if (!incident || streak.looks < patience.recoversAfter) return { next: state, news: [] };
    return {
      next: { ...state, incident: null },
      news: [{ say: 'recovered', since: incident.since, until: streak.since, at }],
    };
  }
  if (!incident) {
    if (streak.looks < patience.breaksAfter) return { next: state, news: [] };
    return {
      next: { ...state, incident: { since: streak.since, rules: [...rules], turning: null, toldAt: at } },
      news: [{ say: 'broke', since: streak.since, rules: [...rules], at }],
    };
  }
  if (incident.rules.join() !== rules.join()) return turning(state, incident, { at, rules }, patience);
  const same = incident.turning ? { ...state, incident: { ...incident, turning: null } } : state;
  const isDue =
    patience.remindsAfterMs !== null && Date.parse(at) - Date.parse(incident.toldAt) >= patience.remindsAfterMs;
  return {
    next: isDue ? { ...state, incident: { ...incident, turning: null, toldAt: at } } : same,
    news: isDue ? [{ say: 'reminder', since: incident.since, rules: incident.rules, at }] : [],
  };
};

/** A cause that comes and goes beside the one that stays would be a storm: another one is told when it is seen again. */
const turning = (
  state: WatchState,
  incident: NonNullable<WatchState['incident']>,
  { at, rules }: Pick<Look, 'at' | 'rules'>,
  patience: WatchPatience,
): Step => {
  const before = incident.turning?.rules.join() === rules.join() ? incident.turning.looks : 0;
  const looks = before + 1;
  if (looks < Math.min(patience.breaksAfter, TURNS_AFTER))
    return { next: { ...state, incident: { ...incident, turning: { rules: [...rules], looks } } }, news: [] };
  return {
    next: { ...state, incident: { ...incident, rules: [...rules], turning: null, toldAt: at } },
    news: [{ say: 'develops', since: incident.since, rules: [...rules], before: incident.rules, at }],
  };
};
const TURNS_AFTER = 2;
