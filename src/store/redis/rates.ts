import type { Rates } from '../../intake/ports.js';
import { reach, type Shelf } from './reach.js';
import { script } from './script.js';

/**
 * Of each thing one number: the time by which all that was granted would have come evenly (GCRA). Times are those of Redis, so that
 * several bots count alike. Nothing is counted where any of them has no room.
 */
const TAKE = script(`
local time = redis.call('TIME')
local now = tonumber(time[1]) * 1000 + math.floor(tonumber(time[2]) / 1000)
local next, late = {}, 0
for i, key in ipairs(KEYS) do
  local most, perMs = tonumber(ARGV[i * 2 - 1]), tonumber(ARGV[i * 2])
  local from = math.max(now, tonumber(redis.call('GET', key) or '0'))
  next[i] = from + perMs / most
  late = math.max(late, math.ceil(next[i] - now - perMs))
end
if late > 0 then return late end
for i, key in ipairs(KEYS) do
  redis.call('SET', key, string.format('%.3f', next[i]), 'PX', math.max(1, math.ceil(next[i] - now)))
end
return 0`);

export const redisRates = ({ redis, prefix }: Shelf): Rates => ({
  take: async wanted => {
    const keys = wanted.map(({ what }) => `${prefix}rate:${what}`);
    const given = wanted.flatMap(({ most, perMs }) => [most, perMs]);
    return Number(await reach('counting how often something is asked', () => TAKE(redis, keys, given)));
  },
});
