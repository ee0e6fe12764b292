import { copyOf } from './access-line.js';

/** Cisco’s own limit: above it Unity Connection takes a subscription for dead. */
const STALE_MS = 900_000;
/** Healthy is 300 s and a little; above 660 s Exchange has most likely given up (five attempts within 450 to 750 s). */
const HEALTHY_MS = 330_000;
const LONG_MS = 660_000;
/** Stale at 15 minutes, looked for every two, first notification after 30 s, and a minute in hand. */
const RENEWED_BY_MS = STALE_MS + 120_000 + 30_000 + 60_000;
/** More subscriptions than the greatest Unity Connection has users. */
const MOST_FOLLOWED = 50_000;
const MOST_SILENT = 20_000;

/** One subscription; `isAlive` until it has been silent for a quarter of an hour. */
export type Followed = { id: string; last: number; isAlive: boolean; isRenewal: boolean; isUnsubscribed: boolean };
type Renewal = { id: string; last: number; by: string; at: number; line: number; isAgain: boolean };

/** What happens to subscriptions over time, told as it is found. */
export type OnSubscription = {
  gap: (gap: { id: string; from: number; to: number; sort: 'missed' | 'long' | 'stale' }) => void;
  renewal: (renewal: Renewal) => void;
  standstill: (standstill: { from: number; to: number; ids: number }) => void;
};

/**
 * Follows each subscription by its id, in constant memory: one silent for over 15 minutes waits aside for whoever takes its place.
 * Sweeps are paid for by the time of the log that went by, so a hostile order of times costs no more than a few looks at each id.
 */
export const subscriptions = (tell: OnSubscription) => {
  const alive = new Map<string, Followed>();
  const silent = new Map<string, Followed>();
  let waiting: Followed[] = [];
  let waitingFrom = 0;
  /** In an object, for a number of its own is made anew whenever it changes. Before `due` nobody can have been silent for a quarter of an hour. */
  const times = { swept: Number.NEGATIVE_INFINITY, due: Number.NEGATIVE_INFINITY, latest: Number.NEGATIVE_INFINITY };
  let ids = 0;
  let notFollowed = 0;

  return { notified, notifiedBy, of, unsubscribed, end, ids: () => ids, notFollowed: () => notFollowed };

  function notified(id: string, at: number, line: number): void {
    passes(at);
    const known = alive.get(id);
    if (known) again(known, at);
    else appears(id, at, line);
  }

  /** The same for one that is known to be alive, without looking it up. */
  function notifiedBy(known: Followed, at: number, line: number): void {
    passes(at);
    if (known.isAlive) again(known, at);
    else appears(known.id, at, line);
  }

  function of(id: string): Followed | null {
    return alive.get(id) ?? null;
  }

  function passes(at: number): void {
    if (at - times.latest > HEALTHY_MS && times.latest > 0) standstill(times.latest, at);
    if (at > times.due && at - times.swept >= 60_000) sweep(at);
    if (at > times.latest) times.latest = at;
  }

  function again(known: Followed, at: number): void {
    const apart = at - known.last;
    if (apart > HEALTHY_MS) {
      const sort = apart > STALE_MS ? 'stale' : apart > LONG_MS ? 'long' : 'missed';
      tell.gap({ id: known.id, from: known.last, to: at, sort });
    }
    if (apart > 0) known.last = at;
    known.isUnsubscribed = false;
  }

  function appears(id: string, at: number, line: number): void {
    const back = silent.get(id);
    if (back) {
      silent.delete(id);
      alive.set(back.id, back);
      back.isAlive = true;
      again(back, at);
      return;
    }
    if (alive.size >= MOST_FOLLOWED) {
      notFollowed++;
      return;
    }
    ids++;
    const own = copyOf(id);
    if (at > times.due && at - times.swept >= 5_000) sweep(at);
    if (at + STALE_MS < times.due) times.due = at + STALE_MS;
    const gone = takeWaiting(at);
    alive.set(own, { id: own, last: at, isAlive: true, isRenewal: gone !== null, isUnsubscribed: false });
    if (gone) tell.renewal({ id: gone.id, last: gone.last, by: own, at, line, isAgain: gone.isRenewal });
  }

  /** The one that has been silent longest, of those whose place may be taken now. */
  function takeWaiting(at: number): Followed | null {
    for (; waitingFrom < waiting.length; waitingFrom++) {
      const gone = waiting[waitingFrom] as Followed;
      if (at - gone.last > RENEWED_BY_MS || silent.get(gone.id) !== gone) continue;
      if (at - gone.last < STALE_MS) return null;
      waitingFrom++;
      silent.delete(gone.id);
      return gone;
    }
    return null;
  }

  function sweep(now: number): void {
    times.swept = now;
    const gone: Followed[] = [];
    let oldest = now;
    for (const one of alive.values()) {
      if (now - one.last > STALE_MS) gone.push(one);
      else if (one.last < oldest) oldest = one.last;
    }
    times.due = oldest + STALE_MS;
    if (gone.length === 0) return;
    gone.sort((a, b) => a.last - b.last);
    for (const one of gone) {
      alive.delete(one.id);
      one.isAlive = false;
      if (one.isUnsubscribed) continue;
      silent.set(one.id, one);
      waiting.push(one);
    }
    waiting = waiting.slice(waitingFrom);
    waitingFrom = 0;
    for (const id of silent.keys()) {
      if (silent.size <= MOST_SILENT) break;
      silent.delete(id);
    }
    if (waiting.length > MOST_SILENT) waiting = waiting.slice(-MOST_SILENT);
  }

  function standstill(from: number, to: number): void {
    let count = 0;
    for (const { last, isUnsubscribed } of alive.values()) if (from - last <= HEALTHY_MS && !isUnsubscribed) count++;
    if (count > 1) tell.standstill({ from, to, ids: count });
  }

  function unsubscribed(id: string): void {
    const known = alive.get(id);
    if (known) known.isUnsubscribed = true;
  }

  /** Who has been silent for over 660 s at the end of the log, longest first; nobody took their place. */
  function end(at: number): { id: string; last: number }[] {
    return [...silent.values(), ...alive.values()]
      .filter(({ last, isUnsubscribed }) => at - last > LONG_MS && !isUnsubscribed)
      .sort((a, b) => a.last - b.last);
  }
};
