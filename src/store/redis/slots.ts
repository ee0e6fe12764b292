import { randomUUID } from 'node:crypto';
import type { TargetId } from '../../domain/ids.js';
import type { Slots } from '../../intake/ports.js';
import { pause } from '../pause.js';
import type { Limits } from '../store.js';
import { reach, type Shelf } from './reach.js';
import { script } from './script.js';

/** A waiter that has not asked for so long is dead and no longer stands in anybody's way. */
const WAITER_GONE_MS = 2000;

/**
 * Holders and waiters are sorted sets: holder → when its hold ends, waiter → when it came, waiter → when it counts as gone.
 * Only the first waiters, as many as there is room, get in: nobody overtakes. Times are those of Redis, so the clocks of workers
 * do not matter.
 */
const TAKE = script(`
local holders, waiters, seen = KEYS[1], KEYS[2], KEYS[3]
local token, room, forMs, goneMs = ARGV[1], tonumber(ARGV[2]), tonumber(ARGV[3]), tonumber(ARGV[4])
local time = redis.call('TIME')
local micros = tonumber(time[1]) * 1000000 + tonumber(time[2])
local now = math.floor(micros / 1000)

redis.call('ZREMRANGEBYSCORE', holders, '-inf', now)
for _, gone in ipairs(redis.call('ZRANGEBYSCORE', seen, '-inf', now)) do
  redis.call('ZREM', waiters, gone)
  redis.call('ZREM', seen, gone)
end
redis.call('ZADD', waiters, 'NX', micros, token)
redis.call('ZADD', seen, now + goneMs, token)

local taken = 0
if redis.call('ZRANK', waiters, token) < room - redis.call('ZCARD', holders) then
  redis.call('ZREM', waiters, token)
  redis.call('ZREM', seen, token)
  redis.call('ZADD', holders, now + forMs, token)
  local last = redis.call('ZREVRANGE', holders, 0, 0, 'WITHSCORES')
  redis.call('PEXPIREAT', holders, tonumber(last[2]) + 1000)
  taken = 1
end
redis.call('PEXPIRE', waiters, goneMs * 2)
redis.call('PEXPIRE', seen, goneMs * 2)
return taken`);

const GIVE_BACK = script(`
for _, key in ipairs(KEYS) do redis.call('ZREM', key, ARGV[1]) end`);

export const redisSlots = ({ redis, prefix, say }: Shelf, { slots }: Limits): Slots => ({
  hold: async (target, forMs, signal) => {
    signal.throwIfAborted();
    const token = randomUUID();
    const keys = keysOf(prefix, target);
    const giveBack = () =>
      reach('giving back a slot', () => GIVE_BACK(redis, keys, [token])).then(
        () => {},
        error => say(`a slot of ${target} was not given back and ends by itself: ${(error as Error).message}`),
      );
    try {
      const take = () => reach('taking a slot', () => TAKE(redis, keys, [token, slots, forMs, WAITER_GONE_MS]));
      while ((await take()) !== 1) await pause(signal);
      signal.throwIfAborted();
      return giveBack;
    } catch (error) {
      await giveBack();
      throw signal.aborted ? signal.reason : error;
    }
  },
});

const keysOf = (prefix: string, target: TargetId): string[] =>
  ['holders', 'waiters', 'seen'].map(part => `${prefix}slots:${target}:${part}`);
