import { z } from 'zod';
import { IsoTime } from '../../domain/clock.js';
import { RunId, type TargetId } from '../../domain/ids.js';
import type { Claims } from '../../intake/ports.js';
import { reach, type Shelf } from './reach.js';
import { script } from './script.js';

const Held = z.tuple([RunId, IsoTime, z.string().nullable()]);

/** A hash `run`, `since`, `link`. Gives back nothing when taken, else what is held. */
const TAKE = script(`
local held = redis.call('HGET', KEYS[1], 'run')
if held and held ~= ARGV[1] then return redis.call('HMGET', KEYS[1], 'run', 'since', 'link') end
if not held then redis.call('HSET', KEYS[1], 'run', ARGV[1], 'since', ARGV[2]) end
if ARGV[3] ~= '' then redis.call('HSET', KEYS[1], 'link', ARGV[3]) end
redis.call('PEXPIRE', KEYS[1], ARGV[4])
return false`);

const LOCATE = script(`
if redis.call('HGET', KEYS[1], 'run') == ARGV[1] then redis.call('HSET', KEYS[1], 'link', ARGV[2]) end`);

const RELEASE = script(`
if redis.call('HGET', KEYS[1], 'run') == ARGV[1] then redis.call('DEL', KEYS[1]) end`);

export const redisClaims = ({ redis, prefix, say }: Shelf): Claims => {
  const key = (target: TargetId) => `${prefix}claim:${target}`;
  const take: Claims['take'] = async (target, holder, forMs) => {
    const held = await reach('claiming a target', () =>
      TAKE(redis, [key(target)], [holder.run, holder.since, holder.link ?? '', forMs]),
    );
    if (held === null) return { is: 'taken' };
    const read = Held.safeParse(held);
    if (read.success) {
      const [run, since, link] = read.data;
      return { is: 'held', by: { run, since, link } };
    }
    say(`the claim on ${target} could not be read and was left out`);
    await reach('releasing a claim', () => RELEASE(redis, [key(target)], [String((held as unknown[])[0])]));
    return take(target, holder, forMs);
  };
  return {
    take,
    locate: async (target, run, link) => {
      await reach('locating a claim', () => LOCATE(redis, [key(target)], [run, link]));
    },
    release: async (target, run) => {
      await reach('releasing a claim', () => RELEASE(redis, [key(target)], [run]));
    },
    holder: async target => {
      const held = await reach('reading a claim', () => redis.hmget(key(target), 'run', 'since', 'link'));
      const read = Held.safeParse(held);
      if (!read.success) return null; // nobody's, or unreadable: then `take` says so
      const [run, since, link] = read.data;
      return { run, since, link };
    },
  };
};
