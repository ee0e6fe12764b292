import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inspect } from 'node:util';
import { FlowProducer, Queue, Worker } from 'bullmq';
import type { Redis } from 'ioredis';
import { afterEach, describe, expect, it } from 'vitest';
import { StoreDownError } from '../../src/domain/errors.js';
import { RunId } from '../../src/domain/ids.js';
import { type ConnectRedis, connectRedis, untilReady } from '../../src/store/connect.js';
import { redisStore } from '../../src/store/redis/redis-store.js';
import { freePort } from '../support/free-port.js';
import { patient } from '../support/redis.js';
import { refusalOf } from './refusal.js';
import { certificates, type OtherRedis, otherRedis } from './servers.js';

/** Real servers as administrators run them: with users and passwords, with TLS, behind Sentinels. */
const ends: (() => unknown)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
});
const started = async (...args: Parameters<typeof otherRedis>): Promise<OtherRedis> => {
  const server = await otherRedis(...args);
  ends.push(server.kill);
  return server;
};
const connected = (url: string, options: Partial<ConnectRedis> = {}): { redis: Redis; said: string[] } => {
  const said: string[] = [];
  const redis = patient(connectRedis(url, { role: 'store', say: line => said.push(line), ...options }));
  ends.push(() => redis.disconnect());
  return { redis, said };
};

/** What docs/redis.md tells administrators to write. */
const ACL = 'user uccx on >ge#heim:1@ ~{uccx}:* +@all -@admin -@dangerous +info';

describe('an ACL user with a password', () => {
  const server = () => started(port => [`port ${port}`, 'user default off', ACL]);

  it('carries the store', async () => {
    const { port } = await server();
    const { redis } = connected(`redis://uccx:ge%23heim%3A1%40@127.0.0.1:${port}`);
    await untilReady(redis, 30_000);
    const store = redisStore({ redis, say: () => {} });
    expect(await store.runs.begin(RunId.parse('run-0001'))).toBe(true);
    expect(await store.logins.begin('one', 'a', false)).toEqual({ is: 'free' });
    await expect(redis.set('elsewhere', '1')).rejects.toThrow(/NOPERM/);
  });

  it('carries the queue: a tree of jobs through a worker that blocks, repeats and stalls', async () => {
    const { port } = await server();
    const open = (role: ConnectRedis['role']) =>
      connected(`redis://uccx:ge%23heim%3A1%40@127.0.0.1:${port}`, { role }).redis;
    const [producer, taker] = [open('store'), open('worker')];
    await Promise.all([untilReady(producer, 30_000), untilReady(taker, 30_000)]);
    const flow = new FlowProducer({ connection: producer, prefix: '{uccx}' });
    const queue = new Queue('parents', { connection: producer, prefix: '{uccx}' });
    const workers = ['parents', 'children'].map(
      name => new Worker(name, async job => job.data, { connection: taker, prefix: '{uccx}', stalledInterval: 100 }),
    );
    const errors: Error[] = [];
    const done = new Promise<string[]>(resolve => {
      const seen: string[] = [];
      for (const worker of workers) {
        worker.on('error', error => errors.push(error));
        worker.on('completed', job => seen.push(job.name) === 3 && resolve(seen));
      }
    });
    await flow.add({
      name: 'reply',
      queueName: 'parents',
      children: [
        { name: 'probe', queueName: 'children' },
        { name: 'probe', queueName: 'children', opts: { delay: 50, ignoreDependencyOnFailure: true } },
      ],
    });
    await queue.upsertJobScheduler('digest', { every: 3_600_000, startDate: Date.now() + 3_600_000 });
    expect(await done).toEqual(['probe', 'probe', 'reply']);
    for (const each of [...workers, flow, queue]) await each.close();
    expect(errors).toEqual([]);
  });

  it.each([
    ['a wrong password', 'uccx:geheim2'],
    ['no user', ':geheim2'],
  ])('is refused with %s, and no message holds the password', async (_, login) => {
    const { port } = await server();
    const { redis, said } = connected(`redis://${login}@127.0.0.1:${port}`);
    const error = await refusalOf(redis, /WRONGPASS/);
    expect(error).toBeInstanceOf(StoreDownError);
    const store = redisStore({ redis, say: () => {} });
    const second = await store.runs.begin(RunId.parse('run-0001')).catch((each: unknown) => each);
    expect(second).toBeInstanceOf(StoreDownError);
    expect(error.message).toMatch(/127\.0\.0\.1.*WRONGPASS/);
    expect(inspect([error, second, said], { depth: 10 })).not.toContain('geheim');
  });
});

describe('TLS', () => {
  const server = async () => {
    const folder = await mkdtemp(join(tmpdir(), 'uccx-tls-'));
    ends.push(() => rm(folder, { recursive: true, force: true }));
    const pem = await certificates(folder);
    const files = [`tls-ca-cert-file ${pem.ca}`, `tls-cert-file ${pem.cert}`, `tls-key-file ${pem.key}`];
    const { port } = await started(port => ['port 0', `tls-port ${port}`, 'requirepass pw', ...files]);
    return { port, pem };
  };

  it('is spoken with a server whose authority is named, by name and by address, with a certificate of our own', async () => {
    const { port, pem } = await server();
    for (const host of ['localhost', '127.0.0.1']) {
      const tls = { caFile: pem.ca, certFile: pem.cert, keyFile: pem.key };
      const { redis } = connected(`rediss://:pw@${host}:${port}`, { tls });
      await untilReady(redis, 30_000);
      expect(await redis.ping()).toBe('PONG');
    }
  });

  it.each([
    ['nobody vouches for it', (_: string) => ({}), /self-signed certificate|unable to verify/],
    [
      'it carries another name',
      (ca: string) => ({ caFile: ca, serverName: 'redis.example.org' }),
      /redis\.example\.org/,
    ],
  ])('is not spoken where %s', async (_, tls, message) => {
    const { port, pem } = await server();
    const { redis } = connected(`rediss://:pw@localhost:${port}`, { tls: tls(pem.ca) });
    expect((await refusalOf(redis, message)).message).toMatch(message);
  });
});

describe('Sentinel', () => {
  it('leads to the master, and to the next one when that fails', async () => {
    const open = (port: number) => [`port ${port}`, 'requirepass pw', 'masterauth pw', 'repl-diskless-sync-delay 0'];
    const master = await started(open);
    const replica = await started(port => [...open(port), `replicaof 127.0.0.1 ${master.port}`]);
    const sentinel = await started(
      port => [
        `port ${port}`,
        `sentinel monitor mymaster 127.0.0.1 ${master.port} 1`,
        'sentinel auth-pass mymaster pw',
        'sentinel down-after-milliseconds mymaster 800',
        'sentinel failover-timeout mymaster 3000',
        'requirepass watch',
      ],
      ['--sentinel'],
    );
    const gone = await freePort();
    const url = `redis+sentinel://:pw@127.0.0.1:${gone},127.0.0.1:${sentinel.port}/mymaster?sentinelPassword=watch`;
    const { redis, said } = connected(url);
    await untilReady(redis, 30_000);
    const store = redisStore({ redis, say: () => {} });
    expect(await store.runs.begin(RunId.parse('run-0001'))).toBe(true);
    expect(redis.stream.remotePort).toBe(master.port);
    // The Sentinel finds the replica through the master; without it there is nobody to promote.
    const asks = connected(`redis://:watch@127.0.0.1:${sentinel.port}`).redis;
    await untilReady(asks, 30_000);
    // A machine that stands still for two seconds has it do nothing for half a minute; only from Redis 7 on it can be told not to mind.
    await asks.call('SENTINEL', 'DEBUG', 'tilt-trigger', '600000').catch(() => {});
    await expect
      .poll(async () => JSON.stringify(await asks.call('SENTINEL', 'replicas', 'mymaster')), { timeout: 60_000 })
      .toMatch(new RegExp(`"${replica.port}".*"master-link-status","ok"`));

    await master.kill();
    await expect(store.runs.begin(RunId.parse('run-0002'))).rejects.toThrow(StoreDownError);
    await expect
      .poll(() => store.runs.begin(RunId.parse('run-0003')).catch(() => false), { timeout: 120_000, interval: 100 })
      .toBe(true);
    expect(redis.stream.remotePort).toBe(replica.port);
    expect(said[0]).toMatch(/^Redis at mymaster of the Sentinels .* is lost: /);
    expect(said.at(-1)).toMatch(/answers again$/);
    expect(said.join()).not.toMatch(/:pw|watch/);
  });
});

describe('the roles', () => {
  it('a store fails at once, a worker waits for Redis to come', async () => {
    const port = await freePort();
    const store = connected(`redis://127.0.0.1:${port}`);
    const worker = connected(`redis://127.0.0.1:${port}`, { role: 'worker' });
    await expect(store.redis.ping()).rejects.toThrow();
    const patient = worker.redis.ping();
    await expect.poll(() => store.said).toHaveLength(1);
    const server = await started(() => [`port ${port}`]);
    expect(server.port).not.toBe(port);
    expect(await patient).toBe('PONG');
    await untilReady(store.redis, 30_000);
    expect(store.said.map(line => line.replace(/: .*/, ''))).toEqual([
      expect.stringMatching(/^Redis at 127\.0\.0\.1/),
      expect.stringMatching(/^Redis at 127\.0\.0\.1/),
    ]);
  });
});
