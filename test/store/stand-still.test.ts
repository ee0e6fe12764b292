import type { Redis } from 'ioredis';
import { afterEach, beforeAll, beforeEach, expect, it } from 'vitest';
import { connectRedis, untilReady } from '../../src/store/connect.js';
import { redisForTests, type TestRedis } from '../support/redis.js';
import { standStill } from '../support/stand-still.js';

/** A process that had no processor for a while finds its timers rung and its answers unread. Neither says anything about Redis. */
let redis: TestRedis;
let client: Redis;
beforeAll(async () => {
  redis = await redisForTests();
  return redis.stop;
});
beforeEach(async () => {
  client = connectRedis(redis.url, { role: 'store', say: () => {} });
  await untilReady(client, 120_000);
});
afterEach(() => client.disconnect());

it.each<[string, (on: Redis) => Promise<unknown>]>([
  ['a command', on => on.ping()],
  ['commands in one transaction', on => on.multi().ping().ping().exec()],
])('an answer that came while this process stood still counts: %s', async (_, ask) => {
  const answer = ask(client);
  await standStill(1500);
  await expect(answer).resolves.toBeTruthy();
  expect(client.status).toBe('ready');
});

it('where the machine of both stood still, Redis has its second after that', async () => {
  const { pid } = redis.running();
  process.kill(pid, 'SIGSTOP');
  const answer = client.ping();
  await standStill(3000);
  process.kill(pid, 'SIGCONT'); // it needs a moment for its answer
  await expect(answer).resolves.toBe('PONG');
});

it('a Redis that says nothing is late all the same, and once', async () => {
  const { pid } = redis.running();
  process.kill(pid, 'SIGSTOP');
  try {
    const answer = client.ping();
    await standStill(1500);
    await expect(answer).rejects.toThrow();
  } finally {
    process.kill(pid, 'SIGCONT');
  }
  await expect.poll(() => client.ping().catch(String)).toBe('PONG');
});
