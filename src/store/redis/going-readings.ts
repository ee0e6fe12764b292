import { GoingReading } from '../../domain/going-reading.js';
import type { GoingReadings } from '../../intake/ports.js';
import type { Limits } from '../store.js';
import { jsonAs } from './json-as.js';
import { reach, type Shelf } from './reach.js';

/** A sorted set reading → until when its process answers for it. Whoever takes a late one out tells of it. */
export const redisGoingReadings = (
  { redis, prefix, say }: Shelf,
  { goingMs }: Pick<Limits, 'goingMs'>,
): GoingReadings => {
  const key = `${prefix}going-readings`;
  return {
    note: async going => {
      const until = (await now()) + goingMs;
      await reach('noting a reading under way', () => redis.zadd(key, until, textOf(going)));
    },
    end: async going => {
      await reach('ending a reading', () => redis.zrem(key, textOf(going)));
    },
    lost: async () => {
      const late = await reach('looking for lost readings', async () => redis.zrangebyscore(key, '-inf', await now()));
      const mine: GoingReading[] = [];
      for (const text of late) {
        if ((await reach('taking a lost reading', () => redis.zrem(key, text))) === 0) continue;
        const read = jsonAs(GoingReading, text);
        if (read) mine.push(read);
        else say('a reading under way could not be read and was left out');
      }
      return mine;
    },
  };

  /** Redis's own time: clocks of several bots differ. */
  async function now(): Promise<number> {
    const [seconds, micros] = await reach('asking for the time', () => redis.time());
    return Number(seconds) * 1000 + Math.floor(Number(micros) / 1000);
  }
};

/** The same text each time: it is what the set knows it by. */
const textOf = (going: GoingReading): string => JSON.stringify(GoingReading.parse(going));
