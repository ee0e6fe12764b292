import { execFile } from 'node:child_process';
import { chmod, mkdir, stat, writeFile } from 'node:fs/promises';
import type { NetConnectOpts } from 'node:net';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { connectRedis, untilReady } from '../../src/store/connect.js';
import type { RedisProgram } from '../../src/store/embedded-redis/redis-program.js';
import { type RunningRedis, startRedis } from '../../src/store/embedded-redis/start-redis.js';
import { redisProgram, socketOf } from '../support/redis.js';
import { type Relay, startRelay } from './relay.js';

const run = promisify(execFile);

/** Two Redis with an append-only file, as the product starts them: one takes the writes, the other repeats them until it takes over. */
export type RedisPair = {
  pid: () => number;
  /** The one that takes writes, for relays. */
  upstream: () => NetConnectOpts;
  url: () => string;
  /** Starts the one that takes writes again, on its data. */
  restart: () => Promise<void>;
  /** Kills it, makes the other one what it was, and starts a new other one. */
  failOver: () => Promise<void>;
  /** Its files can grow no further (RLIMIT_FSIZE), or can again. */
  fillDisk: (full: boolean) => Promise<void>;
  stop: () => Promise<void>;
};

export const startRedisPair = async (folder: string, given: { follower: boolean }): Promise<RedisPair> => {
  const program = await patient(await redisProgram(), folder);
  let made = 0;
  const start = async () => {
    const home = join(folder, `redis-${made++}`);
    await mkdir(home, { mode: 0o700 });
    return { home, running: await startRedis({ program, folder: home, say: () => {} }) };
  };
  let first = await start();
  const relay = await startRelay({ path: socketOf(first.running) });
  let second = given.follower ? await follower(await start(), relay) : null;

  return {
    pid: () => first.running.pid,
    upstream: () => ({ path: socketOf(first.running) }),
    url: () => first.running.url,
    restart: async () => {
      await first.running.ended;
      first = { ...first, running: await startRedis({ program, folder: first.home, say: () => {} }) };
    },
    failOver: async () => {
      if (!second) throw new Error('no other Redis stands by');
      process.kill(first.running.pid, 'SIGKILL');
      await first.running.ended;
      await command(second.running, 'REPLICAOF', 'NO', 'ONE');
      first = second;
      relay.to({ path: socketOf(first.running) });
      second = await follower(await start(), relay);
    },
    fillDisk: async full => {
      const { size } = await stat(await newestFile(join(first.home, 'appendonlydir')));
      await run('prlimit', ['--pid', String(first.running.pid), `--fsize=${full ? size : 'unlimited'}:`]);
    },
    stop: async () => {
      await Promise.all([first.running.stop(), second?.running.stop()]);
      await relay.stop();
    },
  };
};

type Started = { home: string; running: RunningRedis };

/** Waits until the other one has everything: what it has not is lost when it takes over, in every Redis. */
const follower = async (started: Started, relay: Relay): Promise<Started> => {
  await command(started.running, 'REPLICAOF', '127.0.0.1', String(relay.port));
  for (;;) {
    const told = String(await command(started.running, 'INFO', 'replication'));
    if (told.includes('master_link_status:up')) return started;
    await new Promise(done => setTimeout(done, 20));
  }
};

const command = async ({ url }: RunningRedis, name: string, ...words: string[]): Promise<unknown> => {
  const redis = connectRedis(url, { role: 'store', say: () => {} });
  try {
    await untilReady(redis, 10_000);
    return await redis.call(name, ...words);
  } finally {
    redis.disconnect();
  }
};

/**
 * A file that must not grow ends a program by SIGXFSZ, unless that is ignored: then a write fails, as on a full disk. What is answered is
 * in the file then, however slow the disk is: what Redis may lose with its last second is not what is tried here.
 */
const patient = async ({ program, libraryPath }: RedisProgram, folder: string) => {
  const path = join(folder, 'redis-server');
  await writeFile(path, `#!/bin/sh\ntrap '' XFSZ\nexec '${program}' "$@" --appendfsync no\n`);
  await chmod(path, 0o700);
  return { program: path, libraryPath };
};

const newestFile = async (folder: string): Promise<string> => {
  const { stdout } = await run('ls', ['-t', folder]);
  return join(folder, stdout.split('\n').find(name => name.endsWith('.incr.aof')) ?? '');
};
