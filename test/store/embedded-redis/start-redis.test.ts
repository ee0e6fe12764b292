import { once } from 'node:events';
import { mkdir, mkdtemp, readdir, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { connectRedis, untilReady } from '../../../src/store/connect.js';
import type { RedisProgram } from '../../../src/store/embedded-redis/redis-program.js';
import { startRedis } from '../../../src/store/embedded-redis/start-redis.js';
import { redisProgram } from '../../support/redis.js';
import { refusalOf } from '../refusal.js';
import { isRunning, runModule } from './child.js';

let program: RedisProgram;
let root: string;
beforeAll(async () => {
  program = await redisProgram();
  root = await mkdtemp(join(tmpdir(), 'uccx-start-'));
});
afterAll(() => rm(root, { recursive: true, force: true }));

const folder = () => mkdtemp(join(root, 'f-'));
const connected = async (url: string) => {
  const redis = connectRedis(url, { role: 'store', say: () => {} });
  await untilReady(redis, 30_000);
  return redis;
};

describe('a started Redis', () => {
  it('listens on a private socket with the settings that a queue needs, and keeps its data over a restart', async () => {
    const home = await folder();
    const said: string[] = [];
    const first = await startRedis({ program, folder: home, say: line => said.push(line) });
    expect(said).toEqual([`Redis: running at ${join(home, 'redis.sock')}, its data in ${home}`]);
    expect(first.socketPath).toBe(join(home, 'redis.sock'));
    expect((await stat(home)).mode & 0o777).toBe(0o700);
    const redis = await connected(first.url);
    for (const [name, value] of [
      ['maxmemory-policy', 'noeviction'],
      ['appendonly', 'yes'],
      ['appendfsync', 'everysec'],
      ['port', '0'],
    ] as const)
      expect(await redis.config('GET', name)).toEqual([name, value]);
    await redis.set('kept', 'yes');
    redis.disconnect();
    await first.stop();
    expect(await isRunning(first.pid)).toBe(false);

    const second = await startRedis({ program, folder: home, say: () => {} });
    const again = await connected(second.url);
    expect(await again.get('kept')).toBe('yes');
    again.disconnect();
    await second.stop();
    await second.stop();
  });

  it('listens on a loopback port with a password where the path is too long for a socket', async () => {
    const home = join(await folder(), 'x'.repeat(100), 'a "quoted" \\ name');
    await mkdir(home, { recursive: true });
    const said: string[] = [];
    const running = await startRedis({ program, folder: home, say: line => said.push(line) });
    expect(running.socketPath).toBeNull();
    const { password, hostname, port } = new URL(running.url);
    expect(hostname).toBe('127.0.0.1');
    expect(password.length).toBeGreaterThan(24);
    expect(said.join('\n')).not.toContain(password);
    const redis = await connected(running.url);
    await redis.set('a', '1');
    redis.disconnect();
    // Neither the settings nor the process list keep the password.
    expect((await readdir(home)).filter(name => name.endsWith('.conf'))).toEqual([]);
    expect(await readFile(`/proc/${running.pid}/cmdline`, 'utf8')).not.toContain(password);
    const stranger = connectRedis(`redis://127.0.0.1:${port}`, { role: 'store', say: () => {} });
    const refusal = /NOAUTH|authentication/i;
    expect((await refusalOf(stranger, refusal)).message).toMatch(refusal);
    stranger.disconnect();
    await running.stop();
  });

  it('is one for a folder: a second start says where the first listens, also when both start at once', async () => {
    const home = await folder();
    const starts = await Promise.allSettled([1, 2, 3].map(() => startRedis({ program, folder: home, say: () => {} })));
    const won = starts.flatMap(start => (start.status === 'fulfilled' ? [start.value] : []));
    expect(won).toHaveLength(1);
    for (const start of starts)
      if (start.status === 'rejected')
        expect(start.reason.message).toMatch(/another Redis already runs on .*UCCX_REDIS_URL=redis\+unix:\/\//);
    await expect(startRedis({ program, folder: home, say: () => {} })).rejects.toThrow(/already runs/);
    const redis = await connected(won[0]?.url ?? '');
    expect(await redis.ping()).toBe('PONG');
    redis.disconnect();
    await won[0]?.stop();
  });

  it('says what Redis itself said when it does not start', async () => {
    const home = await folder();
    await mkdir(join(home, 'redis.sock', 'in-the-way'), { recursive: true });
    await expect(startRedis({ program, folder: home, say: () => {} })).rejects.toThrow(/did not start: .*socket/i);
    expect((await readdir(home)).filter(name => name.endsWith('.conf'))).toEqual([]);
  });
});

it.runIf(process.platform === 'linux')('gives Redis none of our environment, which may hold secrets', async () => {
  process.env.UCCX_TEST_TOKEN = 'geheim';
  const running = await startRedis({ program, folder: await folder(), say: () => {} });
  delete process.env.UCCX_TEST_TOKEN;
  expect(await readFile(`/proc/${running.pid}/environ`, 'utf8')).not.toContain('geheim');
  await running.stop();
});

describe('no Redis outlives its parent', () => {
  it.each([
    ['the parent is killed by kill -9', 'stay', 'SIGKILL'],
    ['the parent is ended by SIGTERM without a handler', 'stay', 'SIGTERM'],
    ['the parent returns from main and never stopped it', 'return', null],
    ['the parent calls process.exit', 'exit', null],
  ] as const)('%s', async (_, manner, signal) => {
    const home = await folder();
    const { child, line } = runModule('parent.ts', [program.program, program.libraryPath ?? '', home, manner]);
    const exited = once(child, 'exit');
    const { pid } = JSON.parse(await line) as { pid: number };
    if (signal) {
      expect(await isRunning(pid)).toBe(true);
      child.kill(signal);
    }
    await exited;
    await expect.poll(() => isRunning(pid), { timeout: 30_000 }).toBe(false);
    await expect.poll(() => processesOf(home), { timeout: 30_000 }).toEqual([]);
    // The lock ended with it, so the folder can be used again at once.
    await (await startRedis({ program, folder: home, say: () => {} })).stop();
  });

  it('leaves no watchdog behind when it is stopped in order', async () => {
    const home = await folder();
    const running = await startRedis({ program, folder: home, say: () => {} });
    expect((await processesOf(home)).length).toBeGreaterThanOrEqual(2);
    await running.stop();
    await expect.poll(() => processesOf(home), { timeout: 30_000 }).toEqual([]);
  });
});

/** Every living process that stands in the folder: Redis and its watchdog. */
const processesOf = async (home: string): Promise<number[]> => {
  const { readlink } = await import('node:fs/promises');
  const pids = (await readdir('/proc')).filter(name => /^\d+$/.test(name)).map(Number);
  const homes = await Promise.all(pids.map(pid => readlink(`/proc/${pid}/cwd`).catch(() => null)));
  const there = pids.filter((_, index) => homes[index] === home);
  const alive = await Promise.all(there.map(isRunning));
  return there.filter((_, index) => alive[index]);
};
