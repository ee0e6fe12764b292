import type { Redis } from 'ioredis';
import { UccxDoctorError } from '../domain/errors.js';
import { reasonOf } from './connect.js';
import { isNewEnough, OLDEST_REDIS } from './embedded-redis/redis-program.js';
import { reach } from './redis/reach.js';

/** `refuse`: the bot must not start on it. `warn`: it runs, and the administrator should know. */
export type RedisFault = { severity: 'refuse' | 'warn'; says: string };

/**
 * Looks at start whether this Redis can carry a queue; every sentence says what is there and what is needed.
 * What a user of Redis may not read is said to be unchecked, never taken for good. Throws `StoreDownError` where Redis does not answer.
 */
export const checkRedis = async (redis: Redis, prefix = '{uccx}:'): Promise<RedisFault[]> => {
  const info = await infoOf(redis);
  const said: (RedisFault | null)[] = [
    ...(info === null
      ? [unchecked('its version, role and persistence', 'INFO')]
      : [version(info), role(info), ...persistence(info)]),
    evictionFault(info?.get('maxmemory_policy') ?? (await configOf(redis, 'maxmemory-policy'))),
    await writeFault(redis, prefix),
  ];
  return said.filter(fault => fault !== null);
};

type Info = ReadonlyMap<string, string>;

const refuse = (says: string): RedisFault => ({ severity: 'refuse', says });
const warn = (says: string): RedisFault => ({ severity: 'warn', says });
const unchecked = (what: string, command: string): RedisFault =>
  warn(
    `Redis does not let this user run ${command}, so ${what} could not be checked. Allow it with «ACL SETUSER … +${command.toLowerCase().replace(' ', '|')}».`,
  );

const infoOf = async (redis: Redis): Promise<Info | null> => {
  const text = await allowed('asking for INFO', () => redis.info());
  if (text === null) return null;
  return new Map(
    text
      .split(/\r?\n/)
      .filter(line => line.includes(':') && !line.startsWith('#'))
      .map(line => [line.slice(0, line.indexOf(':')), line.slice(line.indexOf(':') + 1)]),
  );
};

const configOf = async (redis: Redis, name: string): Promise<string | null> => {
  const pair = await allowed('asking for CONFIG GET', () => redis.config('GET', name));
  return Array.isArray(pair) && typeof pair[1] === 'string' ? pair[1] : null;
};

/** Null where Redis refuses the command itself: by ACL, or because a provider took it away. */
const allowed = <T>(what: string, talk: () => Promise<T>): Promise<T | null> =>
  reach(what, async () => {
    try {
      return await talk();
    } catch (error) {
      if (/^(?:NOPERM|ERR unknown command)/i.test(reasonOf(error))) return null;
      throw error;
    }
  });

const version = (info: Info): RedisFault | null => {
  const there = info.get('redis_version') ?? 'unknown';
  const needed = OLDEST_REDIS.join('.');
  return isNewEnough(there) ? null : refuse(`Redis is version ${there}; needed is ${needed} or later.`);
};

const role = (info: Info): RedisFault | null =>
  (info.get('role') ?? 'master') === 'master'
    ? null
    : refuse('This Redis is a replica and takes no writes: point UCCX_REDIS_URL at the master or at the Sentinels.');

const persistence = (info: Info): (RedisFault | null)[] => {
  const appends = info.get('aof_enabled');
  return [
    appends === '0'
      ? warn(
          'Redis keeps no append-only file: a restart loses running checks and which logins were refused. Set «appendonly yes».',
        )
      : null,
    appends === undefined ? warn('Redis does not tell whether it keeps an append-only file.') : null,
    info.get('aof_last_write_status') === 'err'
      ? refuse('Redis cannot write its append-only file (disk full or not writable): see its log.')
      : null,
  ];
};

const evictionFault = (policy: string | null): RedisFault | null => {
  if (policy === null) return unchecked('whether maxmemory-policy is noeviction', 'CONFIG GET');
  if (policy === 'noeviction') return null;
  return refuse(
    `Redis may throw away queued work when its memory is full: maxmemory-policy is ${policy}; set «maxmemory-policy noeviction».`,
  );
};

/** Writes one key for a second through a script, as the store does all the time. */
const writeFault = async (redis: Redis, prefix: string): Promise<RedisFault | null> => {
  try {
    await redis.eval("return redis.call('SET', KEYS[1], '1', 'PX', 1000)", 1, `${prefix}store:check`);
    return null;
  } catch (error) {
    const reason = reasonOf(error);
    if (/NOPERM|No permissions|can't access|cannot access|has no permissions/i.test(reason))
      return refuse(
        `This user of Redis may not write keys that begin with ${prefix} or may not run scripts (${reason}): see docs/redis.md.`,
      );
    if (/^(?:OOM|MISCONF|READONLY|NOREPLICAS)/.test(reason)) return refuse(`Redis takes no writes now: ${reason}`);
    if (error instanceof Error && error.name === 'ReplyError')
      throw new UccxDoctorError(`Redis refuses a script: ${reason}`);
    return reach('writing a key', () => Promise.reject(error));
  }
};
