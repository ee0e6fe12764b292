import { createHash } from 'node:crypto';
import { IsoTime } from '../../domain/clock.js';
import type { LoginMemory } from '../../intake/ports.js';
import type { Limits } from '../store.js';
import { reach, type Shelf } from './reach.js';
import { script } from './script.js';

/**
 * One key for the attempt that is under way on an account, whatever its secret; one for each secret that was refused.
 * Refusals of different secrets are kept apart: of two sites one may still have the old password.
 */
const BEGIN = script(`
if redis.call('EXISTS', KEYS[1]) == 1 then return 'running' end
local refused = redis.call('GET', KEYS[2])
if refused and ARGV[2] ~= 'anyway' then return { refused, redis.call('PTTL', KEYS[2]) } end
redis.call('SET', KEYS[1], ARGV[1], 'PX', ARGV[3])
return 'free'`);

/** An attempt is ended only by who began it: one that is settled late must not end another's. */
const SETTLE = script(`
if redis.call('GET', KEYS[1]) == ARGV[1] then redis.call('DEL', KEYS[1]) end
if ARGV[2] == 'refused' then redis.call('SET', KEYS[2], ARGV[3], 'PX', ARGV[4]) end
if ARGV[2] == 'accepted' then redis.call('DEL', KEYS[2]) end`);

export const redisLogins = ({ redis, prefix, say }: Shelf, { runningMs, refusedMs }: Limits): LoginMemory => {
  const keys = (account: string, fingerprint: string) => [
    `${loginKey(prefix, account)}:running`,
    `${loginKey(prefix, account)}:refused:${hashed(fingerprint)}`,
  ];
  return {
    begin: async (account, fingerprint, anyway) => {
      const state = await reach('beginning a login', () =>
        BEGIN(redis, keys(account, fingerprint), [fingerprint, anyway ? 'anyway' : '', runningMs]),
      );
      if (state === 'running') return { is: 'running' };
      if (state === 'free') return { is: 'free' };
      const [written, leftMs] = state as [string, number];
      const at = IsoTime.safeParse(written);
      if (at.success) return { is: 'refused', at: at.data };
      // It stays a refusal: forgetting it could lock an account. When it was follows from how long Redis still keeps it.
      say('the time of a refused login could not be read; it is taken from its age');
      return { is: 'refused', at: new Date(Date.now() - (refusedMs - leftMs)).toISOString() };
    },
    settle: async (account, fingerprint, outcome, at) => {
      await reach('settling a login', () =>
        SETTLE(redis, keys(account, fingerprint), [fingerprint, outcome, at, refusedMs]),
      );
    },
  };
};

/** What is remembered of an account stands in keys that begin so. */
export const loginKey = (prefix: string, account: string): string => `${prefix}login:${hashed(account)}`;

/** Neither accounts nor fingerprints stand in keys, which logs and monitors of Redis show. */
const hashed = (text: string): string => createHash('sha256').update(text).digest('hex').slice(0, 32);
