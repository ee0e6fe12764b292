import { randomUUID } from 'node:crypto';
import type { RunId } from '../../domain/ids.js';
import type { Pens } from '../../intake/ports.js';
import { pause } from '../pause.js';
import type { Limits } from '../store.js';
import { reach, type Shelf } from './reach.js';
import { script } from './script.js';

/** The pen is free where neither key is there; whoever seals keeps out new writers at once and waits for the one who writes. */
const LIFT = script(`
if redis.call('EXISTS', KEYS[2]) == 1 then return 0 end
return redis.call('SET', KEYS[1], ARGV[1], 'NX', 'PX', ARGV[2]) and 1 or 0`);

const LAY = script(`
if redis.call('GET', KEYS[1]) == ARGV[1] then redis.call('DEL', KEYS[1]) end`);

/** How many write now. */
const SEAL = script(`
redis.call('SET', KEYS[2], '1', 'PX', ARGV[1])
return redis.call('EXISTS', KEYS[1])`);

export const redisPens = ({ redis, prefix }: Shelf, { penMs, sealMs }: Limits): Pens => {
  // Tells our hold from one that another process has taken after ours ran out.
  const held = new Map<RunId, string>();
  const keys = (run: RunId) => [`${prefix}pen:${run}`, `${prefix}seal:${run}`];
  return {
    lift: async run => {
      const token = randomUUID();
      if ((await reach('lifting a pen', () => LIFT(redis, keys(run), [token, penMs]))) !== 1) return false;
      held.set(run, token);
      return true;
    },
    lay: async run => {
      const token = held.get(run);
      if (!token) return;
      held.delete(run);
      await reach('laying a pen', () => LAY(redis, keys(run).slice(0, 1), [token]));
    },
    seal: async run => {
      while ((await reach('sealing a message', () => SEAL(redis, keys(run), [sealMs]))) !== 0) await pause();
    },
  };
};
