import type { TargetId } from '../../domain/ids.js';
import { KeptReading } from '../../domain/kept-reading.js';
import type { Readings } from '../../intake/ports.js';
import { oldestFirst, type ShelvedReading, tooMuch } from '../kept-readings.js';
import type { Limits } from '../store.js';
import { reach, reachToChange, type Shelf } from './reach.js';

/**
 * `reading:<target>:<run>` → the reading, which Redis itself forgets in time, and `reading:<target>` → the runs there may be one of. What
 * is too much is taken away after it was put: two that come at once leave a little more for a moment, and lose nothing.
 */
export const redisReadings = ({ redis, prefix, say }: Shelf, limits: Limits): Readings => {
  const { readingMs } = limits;
  const list = (target: TargetId) => `${prefix}reading:${target}`;
  const key = (target: TargetId, run: string) => `${list(target)}:${run}`;

  return {
    keep: async reading => {
      if (readingMs === 0) return;
      const { target, run } = reading;
      await reachToChange('keeping what was read', () =>
        redis
          .multi()
          .set(key(target, run), JSON.stringify(reading), 'PX', readingMs)
          .sadd(list(target), run)
          .pexpire(list(target), readingMs)
          .exec(),
      );
      await drop(
        target,
        tooMuch(await shelved(target), limits).map(each => each.reading.run),
      );
    },
    kept: async target => (await shelved(target)).sort(oldestFirst).map(({ reading }) => reading),
    forget: async target => {
      const runs = await reach('forgetting what was read', () => redis.smembers(list(target)));
      await drop(target, runs);
    },
  };

  async function shelved(target: TargetId): Promise<ShelvedReading[]> {
    const runs = await reach('looking for what was read', () => redis.smembers(list(target)));
    if (runs.length === 0) return [];
    const texts = await reach('getting what was read', () => redis.mget(runs.map(run => key(target, run))));
    const gone = runs.filter((_, index) => texts[index] == null);
    if (gone.length > 0) await drop(target, gone);
    return texts.flatMap((text, index) => (text == null ? [] : readable(text, `${target} under ${runs[index]}`)));
  }

  async function drop(target: TargetId, runs: readonly string[]): Promise<void> {
    if (runs.length === 0) return;
    await reachToChange('dropping what was read', () =>
      redis
        .multi()
        .del(...runs.map(run => key(target, run)))
        .srem(list(target), ...runs)
        .exec(),
    );
  }

  function readable(text: string, what: string): ShelvedReading[] {
    try {
      return [{ reading: KeptReading.parse(JSON.parse(text)), bytes: text.length }];
    } catch {
      say(`what was read for ${what} could not be understood any more and was left out`);
      return [];
    }
  }
};
