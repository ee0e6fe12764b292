import type { Redis } from 'ioredis';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { StoreDownError } from '../../src/domain/errors.js';
import { checkRedis } from '../../src/store/check-redis.js';
import { connectRedis, untilReady } from '../../src/store/connect.js';
import { patient, redisForTests, type TestRedis } from '../support/redis.js';
import { otherRedis } from './servers.js';

const ends: (() => unknown)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
});
const connectTo = async (url: string): Promise<Redis> => {
  const redis = patient(connectRedis(url, { role: 'store', say: () => {} }));
  ends.push(() => redis.disconnect());
  await untilReady(redis, 30_000);
  return redis;
};
const withSettings = async (settings: string[], login = ''): Promise<Redis> => {
  const server = await otherRedis(port => [`port ${port}`, ...settings]);
  ends.push(server.kill);
  return connectTo(`redis://${login}127.0.0.1:${server.port}`);
};
const GOOD = ['appendonly yes', 'maxmemory-policy noeviction'];

describe('the embedded Redis', () => {
  let redis: TestRedis;
  beforeAll(async () => {
    redis = await redisForTests();
  });
  afterAll(() => redis.stop());
  it('has no fault', async () => expect(await checkRedis(await redis.connect())).toEqual([]));
});

it.each([
  [
    'throws keys away',
    ['appendonly yes', 'maxmemory-policy allkeys-lru'],
    'refuse',
    /maxmemory-policy is allkeys-lru; set «maxmemory-policy noeviction»/,
  ],
  ['forgets at a restart', ['maxmemory-policy noeviction'], 'warn', /no append-only file.*Set «appendonly yes»/],
  ['is a replica', [...GOOD, 'replicaof 127.0.0.1 1'], 'refuse', /is a replica/],
  ['is full', [...GOOD, 'maxmemory 1000'], 'refuse', /takes no writes now: OOM/],
] as const)('a Redis that %s', async (_, settings, severity, says) => {
  const faults = await checkRedis(await withSettings([...settings]));
  expect(faults).toContainEqual({ severity, says: expect.stringMatching(says) });
});

const USER = 'user uccx on >pw ~{uccx}:* +@all -@admin -@dangerous';
it('a user who may not run CONFIG hides nothing, because INFO tells it too', async () => {
  expect(await checkRedis(await withSettings([...GOOD, `${USER} +info`], 'uccx:pw@'))).toEqual([]);
});

it('a user who may run neither is told what could not be checked, and that is no fault of Redis', async () => {
  const faults = await checkRedis(await withSettings([...GOOD, USER], 'uccx:pw@'));
  expect(faults.map(({ severity }) => severity)).toEqual(['warn', 'warn']);
  expect(faults[0]?.says).toMatch(
    /not let this user run INFO, so its version, role and persistence could not be checked.*\+info/,
  );
  expect(faults[1]?.says).toMatch(
    /not let this user run CONFIG GET, so whether maxmemory-policy is noeviction.*\+config\|get/,
  );
});

it('a user who may not write our keys is refused', async () => {
  const faults = await checkRedis(await withSettings([...GOOD, 'user uccx on >pw ~other:* +@all'], 'uccx:pw@'));
  expect(faults).toEqual([
    { severity: 'refuse', says: expect.stringMatching(/may not write keys that begin with \{uccx\}:/) },
  ]);
});

it('a version that is too old is refused', async () => {
  const redis = await withSettings(GOOD);
  const info = await redis.info();
  const old = Object.assign(Object.create(redis), {
    info: async () => info.replace(/redis_version:.*/, 'redis_version:6.0.16'),
  });
  expect(await checkRedis(old)).toEqual([
    { severity: 'refuse', says: 'Redis is version 6.0.16; needed is 6.2 or later.' },
  ]);
});

it('a Redis that is gone is a store that is down, not a fault in its settings', async () => {
  const server = await otherRedis(port => [`port ${port}`]);
  const redis = await connectTo(`redis://127.0.0.1:${server.port}`);
  await server.kill();
  await expect(checkRedis(redis)).rejects.toThrow(StoreDownError);
});
