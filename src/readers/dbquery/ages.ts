import type { IsoTime } from '../../domain/clock.js';
import type { BodyOf } from '../../domain/evidence/index.js';
import type { Row } from './table.js';

type Body = BodyOf<'push-subscriptions'>;

const MIN = 60_000;
const STALE_MS = 15 * MIN;
const MOST = { listed: 50, rows: 100_000 };

/** Keeps the rows of one table until it is known when it was asked for; more than any Unity Connection has are counted only. */
export const ages = () => {
  const rows: Row[] = [];
  let [count, unreadable] = [0, 0];
  return {
    add: (row: Row | 'unreadable') => {
      count++;
      if (row === 'unreadable') unreadable++;
      else if (rows.length < MOST.rows) rows.push(row);
    },
    count: () => count,
    end: (when: { stated: number | null; reading: IsoTime }): Omit<Body, 'limit' | 'isWhole'> => ({
      ...aged(rows, when),
      rows: count,
      unreadable,
    }),
  };
};

const aged = (rows: readonly Row[], { stated, reading }: { stated: number | null; reading: IsoTime }) => {
  const inOrder = [...rows].sort((a, b) => a.at - b.at);
  const newest = inOrder.at(-1)?.at ?? null;
  const { now, from } = askedAt(newest, stated, Date.parse(reading));
  const olderThan = (ms: number) => (now === null ? [] : inOrder.filter(({ at }) => now - at > ms));
  const stale = olderThan(STALE_MS);
  return {
    now: now === null ? null : iso(now),
    nowFrom: from,
    newest: newest === null ? null : iso(newest),
    oldest: inOrder[0] ? iso(inOrder[0].at) : null,
    aheadMs: now !== null && newest !== null ? Math.max(0, newest - now) : 0,
    stale: { min15: stale.length, min20: olderThan(20 * MIN).length, min60: olderThan(60 * MIN).length },
    staleRows: stale.slice(0, MOST.listed).map(({ id, at, user }) => ({ id, at: iso(at), user })),
    freshIds: inOrder
      .slice(stale.length)
      .slice(-MOST.listed)
      .map(({ id }) => id),
  };
};

/** A table that is read within a quarter of an hour of its newest row was asked for just now; of an older one nobody knows. */
const askedAt = (
  newest: number | null,
  stated: number | null,
  reading: number,
): { now: number | null; from: Body['nowFrom'] } => {
  if (stated !== null) return { now: stated, from: 'stated' };
  if (newest !== null && reading - newest > STALE_MS) return { now: newest, from: 'newest' };
  return { now: reading, from: 'reading' };
};

const iso = (at: number): IsoTime => new Date(at).toISOString();
