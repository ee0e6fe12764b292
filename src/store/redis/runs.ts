import type { Runs } from '../../intake/ports.js';
import type { Limits } from '../store.js';
import { reach, type Shelf } from './reach.js';

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
});
