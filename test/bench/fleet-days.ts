import type { Redis } from 'ioredis';
import type { ConfiguredTarget } from '../../src/domain/configured-target.js';
import { RunId } from '../../src/domain/ids.js';
import type { Report } from '../../src/domain/report.js';
import { redisStore } from '../../src/store/redis/redis-store.js';

/** What one target costs in Redis: its whole reports, and in all after so many days of a check every five minutes. */
export type Days = { target: string; reports: number; after: ReadonlyMap<number, number>; aDayThen: number };

const DAY_MS = 86_400_000;
const EVERY_MS = 300_000;
const TOLD = [1, 2, 14] as const;
const LAST = 20;

/**
 * The report that a check of the fleet has kept, as if it had come every five minutes for weeks, through the history that bots have, into the
 * Redis of the bench. Its times and what logins took are other ones in each.
 */
export const daysOf = async (redis: Redis, report: Report, target: ConfiguredTarget): Promise<Days> => {
  const prefix = `days:${target.id}:`;
  const { history } = redisStore({ redis, prefix, say: () => {} });
  const first = Math.floor(Date.parse(report.finishedAt) / DAY_MS) * DAY_MS;
  const after = new Map<number, number>();
  for (let day = 1; day <= LAST; day++) {
    for (let at = first + (day - 1) * DAY_MS; at < first + day * DAY_MS; at += EVERY_MS)
      await history.put(reportAt(report, at), target);
    after.set(day, await bytesOf(redis, `${prefix}*`));
  }
  const reports = (await redis.memory('USAGE', `${prefix}history:${target.id}:reports`, 'SAMPLES', 0)) ?? Number.NaN;
  const aDayThen = ((after.get(LAST) ?? 0) - (after.get(LAST - 4) ?? 0)) / 4;
  return { target: target.kind, reports, after: new Map(TOLD.map(day => [day, after.get(day) ?? 0])), aDayThen };
};

const reportAt = (report: Report, at: number): Report => {
  const shift = at - Date.parse(report.finishedAt);
  const turn = at / EVERY_MS;
  const text = JSON.stringify(report)
    .replaceAll(report.run, RunId.parse(`sla-${String(turn).padStart(22, '0')}`))
    .replace(/\d{4}-\d\d-\d\dT[\d:.]{12}Z/g, time => new Date(Date.parse(time) + shift).toISOString())
    .replace(/"tookMs":(\d+)/g, (_, ms) => `"tookMs":${Number(ms) + (turn % 97)}`);
  return JSON.parse(text) as Report;
};

/** With what Redis needs to find them. */
const bytesOf = async (redis: Redis, pattern: string): Promise<number> => {
  let bytes = 0;
  let cursor = '0';
  do {
    const [next, keys] = await redis.scan(cursor, 'MATCH', pattern, 'COUNT', 1_000);
    for (const key of keys) bytes += (await redis.memory('USAGE', key, 'SAMPLES', 0)) ?? 0;
    cursor = next;
  } while (cursor !== '0');
  return bytes;
};
