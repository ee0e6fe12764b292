import type { Runs } from '../../intake/ports.js';
import type { Limits } from '../store.js';
import { reach, type Shelf } from './reach.js';
import { script } from './script.js';

const RESUME = script(`
local state = redis.call('GET', KEYS[1])
if state == 'begun' then redis.call('DEL', KEYS[1]) end
return state == 'kept' and 0 or 1`);

/** `run:<run>` → `begun` for half a minute, then `kept`. */
export const redisRuns = ({ redis, prefix }: Shelf, { beginMs, keepMs }: Limits): Runs => ({
  begin: run =>
    reach(
      'beginning a run',
      async () => (await redis.set(`${prefix}run:${run}`, 'begun', 'PX', beginMs, 'NX')) === 'OK',
    ),
  keep: async run => {
    await reach('keeping a run', () => redis.set(`${prefix}run:${run}`, 'kept', 'PX', keepMs));
  },
  resume: async run => (await reach('resuming a run', () => RESUME(redis, [`${prefix}run:${run}`], []))) === 1,
});
