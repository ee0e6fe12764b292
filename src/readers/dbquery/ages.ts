import type { IsoTime } from '../../domain/clock.js';
import type { BodyOf } from '../../domain/evidence/index.js';
import type { Row } from './table.js';

type Body = BodyOf<'push-subscriptions'>;

const MIN = 60_000;
const STALE_MS = 15 * MIN;
const MOST = { listed: 50, rows: 100_000 };

/**
 * Keeps of one table what is needed once it is known when it was asked for: all times, and the rows that are listed then, the oldest and
 * the newest. More rows than any Unity Connection has are counted only.
 */
export const ages = () => {
  const times: number[] = [];
  const oldest: Row[] = [];
  const newest: Row[] = [];
  let [count, unreadable] = [0, 0];
  return {
    add: (row: Row | 'unreadable') => {
      count++;
      if (row === 'unreadable') unreadable++;
      else if (times.length < MOST.rows) {
        times.push(row.at);
        keepOldest(oldest, row);
        keepNewest(newest, row);
      }
    },
    count: () => count,
    end: (when: { stated: number | null; reading: IsoTime }): Omit<Body, 'limit' | 'isWhole'> => ({
      ...aged({ times, oldest, newest }, when),
      rows: count,
      unreadable,
    }),
  };
};

/** Both are in the order of time, and of the table where times are the same. */
const keepOldest = (oldest: Row[], row: Row): void => {
  const last = oldest.at(-1);
  if (oldest.length === MOST.listed && last && row.at >= last.at) return;
  putInOrder(oldest, row);
  if (oldest.length > MOST.listed) oldest.pop();
};
const keepNewest = (newest: Row[], row: Row): void => {
  const first = newest[0];
  if (newest.length === MOST.listed && first && row.at < first.at) return;
  putInOrder(newest, row);
  if (newest.length > MOST.listed) newest.shift();
};
const putInOrder = (rows: Row[], row: Row): void => {
  let at = rows.length;
  while (at > 0 && (rows[at - 1] as Row).at > row.at) at--;
  rows.splice(at, 0, row);
};

type Kept = { times: readonly number[]; oldest: readonly Row[]; newest: readonly Row[] };

const aged = ({ times, oldest, newest }: Kept, { stated, reading }: { stated: number | null; reading: IsoTime }) => {
  const latest = newest.at(-1)?.at ?? null;
  const { now, from } = askedAt(latest, stated, Date.parse(reading));
  const isOlder = (at: number, ms: number) => now !== null && now - at > ms;
  const olderThan = (ms: number) => times.filter(at => isOlder(at, ms)).length;
  const stale = oldest.filter(({ at }) => isOlder(at, STALE_MS));
  return {
    now: now === null ? null : iso(now),
    nowFrom: from,
    newest: latest === null ? null : iso(latest),
    oldest: oldest[0] ? iso(oldest[0].at) : null,
    aheadMs: now !== null && latest !== null ? Math.max(0, latest - now) : 0,
    stale: { min15: olderThan(STALE_MS), min20: olderThan(20 * MIN), min60: olderThan(60 * MIN) },
    staleRows: stale.map(({ id, at, user }) => ({ id, at: iso(at), user })),
    freshIds: newest.filter(({ at }) => !isOlder(at, STALE_MS)).map(({ id }) => id),
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
