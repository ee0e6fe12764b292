import { z } from 'zod';
import type { Clock } from '../../domain/clock.js';
import type { SiteId } from '../../domain/ids.js';
import { WorkerBeat, type WorkerHeard } from '../../domain/site-state.js';
import type { Heartbeats } from '../../intake/ports.js';
import type { Limits } from '../store.js';
import { reach, type Shelf } from './reach.js';
import { script } from './script.js';

const Said = z.object({ beat: WorkerBeat, aheadMs: z.number(), left: z.boolean() });

/** Redis's own time goes with each word, so that who is silent for how long does not rest on anybody's clock. */
const SAY = script(`
local time = redis.call('TIME')
redis.call('ZADD', KEYS[1], time[1] * 1000 + math.floor(time[2] / 1000), ARGV[1])
redis.call('HSET', KEYS[2], ARGV[1], ARGV[2])
for _, old in ipairs(redis.call('ZRANGE', KEYS[1], 0, -1 - ARGV[4])) do
  redis.call('ZREM', KEYS[1], old)
  redis.call('HDEL', KEYS[2], old)
end
redis.call('PEXPIRE', KEYS[1], ARGV[3])
redis.call('PEXPIRE', KEYS[2], ARGV[3])`);

/** Asked of the server that holds the keys: in a cluster each has a clock of its own. */
const TIME = script("return redis.call('TIME')");

/** Of each, as one moment has it: its name, when it was heard, what it said. */
const HEARD = script(`
local all = {}
local heard = redis.call('ZRANGE', KEYS[1], 0, -1, 'WITHSCORES')
for i = #heard - 1, 1, -2 do
  all[#all + 1] = { heard[i], heard[i + 1], redis.call('HGET', KEYS[2], heard[i]) }
end
return all`);

/** A sorted set of workers by when they were heard, and a hash of what they said, for each site. */
export const redisHeartbeats = (
  { redis, prefix, say }: Shelf,
  { heardMs, heardCount }: Pick<Limits, 'heardMs' | 'heardCount'>,
): Heartbeats => {
  const keys = (site: SiteId) => [`${prefix}site:${site}:heard`, `${prefix}site:${site}:said`];
  return {
    beat: (beat, clock) => tell(beat, clock, false),
    leave: (beat, clock) => tell(beat, clock, true),
    heard: async (site, clock) => {
      const { aheadMs, at } = await compare(site, clock);
      const rows = await reach('reading who looks from a site', () => HEARD(redis, keys(site), []));
      return (rows as [string, string, string | null][]).flatMap(([worker, heardAt, text]) => {
        const said = saidIn(text);
        if (said?.beat.site !== site) {
          say(`what a worker of ${site} says of itself could not be read and was left out`);
          return [];
        }
        const silentMs = Math.max(0, at - Number(heardAt));
        if (silentMs > heardMs) return [];
        return [
          { ...said.beat, worker, silentMs, aheadMs: said.aheadMs - aheadMs, left: said.left } satisfies WorkerHeard,
        ];
      });
    },
  };

  async function tell(beat: WorkerBeat, clock: Clock, left: boolean): Promise<void> {
    const { aheadMs } = await compare(beat.site, clock);
    const text = JSON.stringify({ beat, aheadMs, left });
    await reach('telling of a worker', () => SAY(redis, keys(beat.site), [beat.worker, text, heardMs, heardCount]));
  }

  /** How far a clock is ahead of Redis's; wrong by at most half the time that asking takes. */
  async function compare(site: SiteId, clock: Clock): Promise<{ aheadMs: number; at: number }> {
    const before = clock.now();
    const [seconds, micros] = (await reach('asking for the time', () =>
      TIME(redis, keys(site).slice(0, 1), []),
    )) as string[];
    const at = Number(seconds) * 1000 + Number(micros) / 1000;
    return { aheadMs: (before + clock.now()) / 2 - at, at };
  }
};

const saidIn = (text: string | null) => {
  try {
    return Said.safeParse(JSON.parse(text ?? '')).data;
  } catch {
    return undefined; // no JSON: the same as anything else that is not ours
  }
};
