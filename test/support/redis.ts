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
  /** A ready connection of the product's making; ended by `stop`. */
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
  const start = () => startRedis({ program, folder, say: () => {} });
  let running = await start();
  const url = running.url;
  const opened: Redis[] = [];
  let prefixes = 0;
  return {
    url,
    running: () => running,
    connect: async (role = 'store') => {
      const redis = connectRedis(url, { role, say: () => {} });
      opened.push(redis);
      await untilReady(redis, 5000);
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
