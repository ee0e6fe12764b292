import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Redis } from 'ioredis';
import { type ConnectRedis, connectRedis, untilReady } from '../../src/store/connect.js';
import { cacheFolderOf } from '../../src/store/embedded-redis/cache-folder.js';
import { findRedis } from '../../src/store/embedded-redis/find-redis.js';
import type { RedisProgram } from '../../src/store/embedded-redis/redis-program.js';
import { type RunningRedis, startRedis } from '../../src/store/embedded-redis/start-redis.js';

/** One real Redis for one test file, found and started as the product does it. */
export type TestRedis = {
  url: string;
  running: () => RunningRedis;
  /** A ready connection of the product's making, and more patient than the product is; ended by `stop`. */
  connect: (role?: ConnectRedis['role']) => Promise<Redis>;
  /** Opens keys that no other test has: for `redisStore({ prefix })` or, without the last colon, for BullMQ. */
  freshPrefix: () => string;
  /** Ends Redis at once, as a crash would. */
  crash: () => Promise<void>;
  /** Starts it again on its data, at the same address. */
  restart: () => Promise<void>;
  stop: () => Promise<void>;
};

/** The program that tests run on; the first file that asks downloads it, where none is installed. */
export const redisProgram = (): Promise<RedisProgram> =>
  findRedis({ env: process.env, cacheFolder: cacheFolderOf(process.env), say: () => {} });

export const redisForTests = async (): Promise<TestRedis> => {
  const program = await redisProgram();
  const folder = await mkdtemp(join(tmpdir(), 'uccx-redis-'));
  const start = async () => {
    const started = await startRedis({ program, folder, say: () => {} });
    await keepsAtOnce(started.url);
    return started;
  };
  let running = await start();
  const url = running.url;
  const opened: Redis[] = [];
  let prefixes = 0;
  return {
    url,
    running: () => running,
    connect: async (role = 'store') => {
      const redis = patient(connectRedis(url, { role, say: () => {} }));
      opened.push(redis);
      await untilReady(redis, 120_000);
      return redis;
    },
    freshPrefix: () => `{test-${++prefixes}}:`,
    crash: async () => {
      process.kill(running.pid, 'SIGKILL');
      await running.ended;
    },
    restart: async () => {
      await running.stop();
      running = await start();
    },
    stop: async () => {
      for (const redis of opened) redis.disconnect();
      await running.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
};

/**
 * Whatever it has answered is in its file then, and so outlives a crash. While it waits for a disk (`everysec`, as the product has it), it
 * answers first and writes up to two seconds later: a test that kills it would find out how busy the disk is.
 */
const keepsAtOnce = async (url: string): Promise<void> => {
  const redis = patient(connectRedis(url, { role: 'store', say: () => {} }));
  try {
    await untilReady(redis, 30_000);
    await redis.config('SET', 'appendfsync', 'no');
  } finally {
    redis.disconnect();
  }
};

/** The product gives Redis a second; a machine that stands still for longer is no fault of what a test looks at. */
export const patient = (redis: Redis): Redis => {
  redis.options.commandTimeout = 60_000;
  redis.options.socketTimeout = 60_000;
  return redis;
};

/** Where it listens, for whoever stands between it and a client. */
export const socketOf = ({ socketPath }: RunningRedis): string => {
  if (socketPath === null) throw new Error('the folder is too long for the socket of a Redis: set TMPDIR');
  return socketPath;
};
