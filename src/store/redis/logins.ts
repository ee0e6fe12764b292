import { createHash } from 'node:crypto';
import { IsoTime } from '../../domain/clock.js';
import type { LoginMemory } from '../../intake/ports.js';
import type { Limits } from '../store.js';
import { reach, type Shelf } from './reach.js';
import { script } from './script.js';

/**
 * One key for the attempt that is under way on an account, whatever its secret; one for each secret that was refused.
 * Refusals of different secrets are kept apart: of two sites one may still have the old password.
 *
 * The second is written when the attempt begins, so that one which nobody ends is not forgotten with it. Before the time stands `?` for
 * what has begun, `~` for what ended unheard, and nothing for a refusal; an older worker takes all three for a refusal.
 */
const BEGIN = script(`
if redis.call('EXISTS', KEYS[1]) == 1 then return 'running' end
local mark = redis.call('GET', KEYS[2])
if mark and ARGV[2] ~= 'anyway' then return { mark, redis.call('PTTL', KEYS[2]) } end
redis.call('SET', KEYS[1], ARGV[1], 'PX', ARGV[3])
if not mark then redis.call('SET', KEYS[2], '?' .. ARGV[4], 'PX', ARGV[5])
elseif mark:sub(1, 1) == '?' then redis.call('SET', KEYS[2], '~' .. mark:sub(2), 'PX', ARGV[5]) end
return 'free'`);

/** An attempt is ended only by who began it: one that is settled late must not end another's. */
const SETTLE = script(`
if ARGV[2] ~= 'not-now' and redis.call('GET', KEYS[1]) == ARGV[1] then redis.call('DEL', KEYS[1]) end
local mark = redis.call('GET', KEYS[2]) or '?'
if ARGV[2] == 'refused' then redis.call('SET', KEYS[2], ARGV[3], 'PX', ARGV[4])
elseif ARGV[2] == 'unheard' then if mark:find('^[?~]') then redis.call('SET', KEYS[2], '~' .. ARGV[3], 'PX', ARGV[5]) end
elseif ARGV[2] == 'accepted' or mark:sub(1, 1) == '?' then redis.call('DEL', KEYS[2]) end`);

export const redisLogins = (
  { redis, prefix, say }: Shelf,
  { runningMs, refusedMs, unheardLoginMs }: Limits,
): LoginMemory => {
  const keys = (account: string, fingerprint: string) => [
    `${loginKey(prefix, account)}:running`,
    `${loginKey(prefix, account)}:refused:${hashed(fingerprint)}`,
  ];
  return {
    begin: async (account, fingerprint, anyway) => {
      const state = await reach('beginning a login', () =>
        BEGIN(redis, keys(account, fingerprint), [
          fingerprint,
          anyway ? 'anyway' : '',
          runningMs,
          new Date().toISOString(),
          unheardLoginMs,
        ]),
      );
      if (state === 'running') return { is: 'running' };
      if (state === 'free') return { is: 'free' };
      const [written, leftMs] = state as [string, number];
      const [, mark, time] = /^([?~]?)(.*)$/s.exec(written) as unknown as [string, string, string];
      const is = mark === '' ? 'refused' : 'unheard';
      const at = IsoTime.safeParse(time);
      if (at.success) return { is, at: at.data };
      // It stays a refusal: forgetting it could lock an account. When it was follows from how long Redis still keeps it.
      say('the time of a refused login could not be read; it is taken from its age');
      return {
        is,
        at: new Date(Date.now() - ((is === 'refused' ? refusedMs : unheardLoginMs) - leftMs)).toISOString(),
      };
    },
    settle: async (account, fingerprint, outcome, at) => {
      await reach('settling a login', () =>
        SETTLE(redis, keys(account, fingerprint), [fingerprint, outcome, at, refusedMs, unheardLoginMs]),
      );
    },
  };
};

/** What is remembered of an account stands in keys that begin so. */
export const loginKey = (prefix: string, account: string): string => `${prefix}login:${hashed(account)}`;

/** Neither accounts nor fingerprints stand in keys, which logs and monitors of Redis show. */
const hashed = (text: string): string => createHash('sha256').update(text).digest('hex').slice(0, 32);
