import { ConfigError } from '../../domain/errors.js';
import { debianPackage } from './debian-package.js';
import { memoryServerPackage } from './memory-server-package.js';
import { onPath } from './on-path.js';
import { type RedisProgram, tryProgram } from './redis-program.js';

export type FindRedis = { env: NodeJS.ProcessEnv; cacheFolder: string; say: (line: string) => void };

/**
 * Finds a Redis server program for the embedded default; each step is said in one line.
 * A program that the user named and that does not run is an error: falling through would run another one in silence.
 */
export const findRedis = async ({ env, cacheFolder, say }: FindRedis): Promise<RedisProgram> => {
  const faults: string[] = [];
  const skip = (says: string) => {
    faults.push(says);
    say(`Redis: ${says}`);
  };
  const take = (redis: RedisProgram) => {
    say(`Redis: using ${redis.program} (${redis.from})`);
    return redis;
  };

  // Redis is started without our environment, so what a program needs of it goes along.
  const libraryPath = env.LD_LIBRARY_PATH || null;
  const named = env.UCCX_REDIS_BIN;
  if (named) {
    const tried = await tryProgram({ program: named, libraryPath }, env);
    if (tried.is === 'unusable') throw new ConfigError(`UCCX_REDIS_BIN: ${tried.says}`, { UCCX_REDIS_BIN: named });
    return take({ program: named, libraryPath, from: 'UCCX_REDIS_BIN' });
  }
  skip('UCCX_REDIS_BIN is not set');

  for (const name of ['redis-server', 'valkey-server']) {
    const program = await onPath(name, env);
    const tried = program === null ? null : await tryProgram({ program, libraryPath }, env);
    if (program !== null && tried?.is === 'usable') return take({ program, libraryPath, from: 'the PATH' });
    skip(tried?.is === 'unusable' ? tried.says : `no ${name} on the PATH`);
  }

  const place = { env, cacheFolder, say: (line: string) => say(`Redis: ${line}`) };
  for (const road of [debianPackage, memoryServerPackage]) {
    const outcome = await road(place);
    if (outcome.is === 'found') return take(outcome.redis);
    skip(outcome.says);
  }
  throw new ConfigError(
    [
      'no Redis server program was found. Three ways out:',
      '1. point UCCX_REDIS_URL at a Redis that runs elsewhere;',
      '2. install Redis 6.2 or later (or Valkey) so that redis-server is on the PATH, or name the program in UCCX_REDIS_BIN;',
      '3. «npm install redis-memory-server» in this folder: it compiles Redis here (needs make and a C compiler).',
      `Tried: ${faults.join('; ')}.`,
    ].join('\n'),
    { cacheFolder },
  );
};
