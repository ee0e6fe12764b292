import { z } from 'zod';
import { RunId } from '../../domain/ids.js';
import { ReplyAddress } from '../../domain/request.js';
import type { Inbox, LeftQuestion } from '../../intake/ports.js';
import type { Limits } from '../store.js';
import { reach, type Shelf } from './reach.js';
import { script } from './script.js';

/** Kept once: what is delivered again belongs to whoever has it. Gives back whose it is. */
const PUT = script(`
local owner = redis.call('HGET', KEYS[1], 'owner')
if owner then return owner end
redis.call('HSET', KEYS[1], 'owner', ARGV[1], 'platform', ARGV[2], 'heard', ARGV[3])
redis.call('PEXPIRE', KEYS[1], ARGV[4])
redis.call('SADD', KEYS[2], ARGV[5])
return ARGV[1]`);

const NOTE = script(`
if redis.call('EXISTS', KEYS[1]) == 1 then redis.call('HSET', KEYS[1], 'at', ARGV[1]) end`);

/** Only by whoever has it: it may have been taken over meanwhile. */
const DROP = script(`
if redis.call('HGET', KEYS[1], 'owner') ~= ARGV[1] then return end
redis.call('DEL', KEYS[1])
redis.call('SREM', KEYS[2], ARGV[2])`);

/** Says that this owner lives, and forgets those that have not said so for long. By the time of Redis. */
const LIVE = script(`
local time = redis.call('TIME')
local now = tonumber(time[1]) * 1000 + math.floor(tonumber(time[2]) / 1000)
redis.call('ZADD', KEYS[1], now, ARGV[1])
redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', now - tonumber(ARGV[2]))`);

/** What brought down everybody who had it is not handed on for ever. */
const ADOPT = script(`
local owner = redis.call('HGET', KEYS[1], 'owner')
if not owner then redis.call('SREM', KEYS[2], ARGV[2]) return false end
if owner ~= ARGV[1] and redis.call('ZSCORE', KEYS[3], owner) then return false end
if owner ~= ARGV[1] and redis.call('HINCRBY', KEYS[1], 'tries', 1) > tonumber(ARGV[3]) then
  redis.call('DEL', KEYS[1])
  redis.call('SREM', KEYS[2], ARGV[2])
  return 'given up'
end
redis.call('HSET', KEYS[1], 'owner', ARGV[1])
return redis.call('HMGET', KEYS[1], 'platform', 'heard', 'at')`);

const Left = z.tuple([z.string(), z.string(), z.string().nullable()]);

/** `inbox:<run>` → a hash of owner, platform, what was heard and where its message stands; `inbox-runs` names them, `inbox-owners` those who live. */
export const redisInbox = ({ redis, prefix, say }: Shelf, { inboxMs, ownerGoneMs, inboxTries }: Limits): Inbox => {
  const key = (run: string) => `${prefix}inbox:${run}`;
  const [runs, owners] = [`${prefix}inbox-runs`, `${prefix}inbox-owners`];
  return {
    put: async (owner, { run, platform, heard }) => {
      const words = [owner, platform, JSON.stringify(heard), inboxMs, run];
      return (await reach('keeping a question', () => PUT(redis, [key(run), runs], words))) === owner;
    },
    note: async (run, at) => {
      await reach('noting a message', () => NOTE(redis, [key(run)], [JSON.stringify(at)]));
    },
    drop: async (owner, run) => {
      await reach('dropping a question', () => DROP(redis, [key(run), runs], [owner, run]));
    },
    adopt: async owner => {
      await reach('telling of a bot', () => LIVE(redis, [owners], [owner, ownerGoneMs]));
      const open = await reach('looking for questions', () => redis.smembers(runs));
      // One of which we do not hear is ours all the same, and comes with the next.
      const adopted = await Promise.allSettled(open.map(each => adoptOne(owner, each)));
      return adopted.flatMap(each => (each.status === 'fulfilled' && each.value ? [each.value] : []));
    },
  };

  async function adoptOne(owner: string, name: string): Promise<LeftQuestion | null> {
    const told = await reach('taking over a question', () =>
      ADOPT(redis, [key(name), runs, owners], [owner, name, inboxTries]),
    );
    if (told === null) return null;
    if (told === 'given up') {
      say(`question ${name} was given up: whoever answered it ended each time`);
      return null;
    }
    try {
      const [platform, heard, at] = Left.parse(told);
      const run = RunId.parse(name);
      return { run, platform, heard: JSON.parse(heard), at: at === null ? null : ReplyAddress.parse(JSON.parse(at)) };
    } catch {
      say(`question ${name}, which was left unanswered, could not be read and was left out`);
      return null;
    }
  }
};
