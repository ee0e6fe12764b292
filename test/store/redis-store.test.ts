import { afterAll, beforeAll, expect, it } from 'vitest';
import { StoreDownError, UccxDoctorError } from '../../src/domain/errors.js';
import { RunId, TargetId } from '../../src/domain/ids.js';
import type { Report } from '../../src/domain/report.js';
import { connectRedis, untilReady } from '../../src/store/connect.js';
import { redisStore, STORE_PREFIX } from '../../src/store/redis/redis-store.js';
import { redisForTests, type TestRedis } from '../support/redis.js';

/** What only Redis has: keys that end, values that others wrote, and a server that goes away. */
let redis: TestRedis;
beforeAll(async () => {
  redis = await redisForTests();
});
afterAll(() => redis.stop());

const target = TargetId.parse('branch');
const run = (n: number) => RunId.parse(`run-${String(n).padStart(4, '0')}`);
const AT = '2026-11-21T08:00:00.000Z';
const holder = { run: run(1), since: AT, link: null };
const report = (n: number): Report => ({
  schema: 1,
  run: run(n),
  target,
  startedAt: AT,
  finishedAt: new Date(Date.parse(AT) + n * 60_000).toISOString(),
  plan: { target, orders: [], uncovered: [], leftOut: [], legs: ['imap'] },
  verdicts: [],
  observations: [],
});
const opened = async (limits = {}) => {
  const client = await redis.connect();
  const prefix = redis.freshPrefix();
  const said: string[] = [];
  return { client, prefix, said, store: redisStore({ redis: client, prefix, say: line => said.push(line) }, limits) };
};

it('writes no key without an end, and each under the prefix', async () => {
  const client = await redis.connect();
  await client.flushall();
  const store = redisStore({ redis: client, say: () => {} });
  await store.runs.begin(run(1));
  await store.runs.keep(run(2));
  await store.claims.take(target, holder, 60_000);
  await store.claims.locate(target, run(1), 'https://chat.example.org');
  await store.pens.lift(run(1));
  await store.pens.seal(run(2));
  const signal = new AbortController();
  await store.slots.hold(target, 60_000, signal.signal);
  await store.slots.hold(target, 60_000, signal.signal);
  const waits = store.slots.hold(target, 60_000, signal.signal).catch(() => {});
  await store.logins.begin('corp\\one', 'aaaa', false);
  await store.logins.settle('corp\\two', 'aaaa', 'refused', AT);
  await store.history.put(report(1));
  await expect.poll(() => client.zcard(`${STORE_PREFIX}slots:branch:waiters`)).toBe(1);

  const keys = await client.keys('*');
  expect(keys.length).toBeGreaterThanOrEqual(12);
  for (const key of keys) {
    expect(key.startsWith(STORE_PREFIX)).toBe(true);
    expect([key, (await client.pttl(key)) > 0]).toEqual([key, true]);
    expect(key).not.toMatch(/corp|aaaa/);
  }
  signal.abort();
  await waits;
});

it('keeps half-begun runs for half a minute, unfinished logins for fifteen minutes and what came of them for a day, refusals for ninety days', async () => {
  const { client, prefix, store } = await opened();
  await store.runs.begin(run(1));
  await store.logins.begin('one', 'a', false);
  await store.logins.settle('two', 'a', 'refused', AT);
  const left = async (pattern: string) => {
    const keys = await client.keys(`${prefix.replace(/[{}]/g, '?')}${pattern}`);
    return (await Promise.all(keys.map(key => client.pttl(key)))).sort((a, b) => a - b);
  };
  expect(await left('run:*')).toEqual([about(30_000)]);
  expect(await left('login:*:running')).toEqual([about(15 * 60_000)]);
  // Which of the two Redis names first is not settled: one begun and not ended, one refused.
  expect(await left('login:*:refused:*')).toEqual([about(86_400_000), about(90 * 86_400_000)]);
});

/** So much, less what the way here took. */
const about = (ms: number) => expect.toSatisfy((left: number) => left > ms * 0.5 && left <= ms, `at most ${ms} ms`);

it('leaves out a claim and a report that it cannot read, and says so', async () => {
  const { client, prefix, said, store } = await opened();
  await client.hset(`${prefix}claim:branch`, { run: 'NOT A RUN', since: 'yesterday' });
  expect(await store.claims.take(target, holder, 60_000)).toEqual({ is: 'taken' });
  await store.history.put(report(1));
  for (const n of [2, 3]) await store.history.put(report(n));
  await client.hset(`${prefix}history:branch:reports`, { [run(3)]: '{"schema":7}', [run(2)]: '{"cut' });
  expect(await store.history.last(target)).toEqual(report(1));
  expect(said).toEqual([
    'the claim on branch could not be read and was left out',
    'the report of run run-0003 on branch could not be read and was left out',
    'the report of run run-0002 on branch could not be read and was left out',
  ]);
});

it('takes a refusal that it cannot read for a refusal', async () => {
  const { client, prefix, said, store } = await opened();
  await store.logins.settle('one', 'a', 'refused', AT);
  const [key = ''] = await client.keys(`${prefix.replace(/[{}]/g, '?')}login:*`);
  await client.set(key, 'in the morning', 'KEEPTTL');
  const state = await store.logins.begin('one', 'a', false);
  expect(state.is).toBe('refused');
  expect(state.is === 'refused' && Math.abs(Date.parse(state.at) - Date.now())).toBeLessThan(60_000);
  expect(said).toHaveLength(1);
});

it('keeps as many reports as told and none that is too old', async () => {
  const { client, prefix, store } = await opened({ historyCount: 3, historyMs: 150_000 });
  const kept = async () => [
    await client.zrange(`${prefix}history:branch:order`, 0, '-1'),
    (await client.hkeys(`${prefix}history:branch:reports`)).sort(),
  ];
  for (const n of [1, 2, 3, 4, 4]) await store.history.put(report(n));
  expect(await kept()).toEqual([
    [run(2), run(3), run(4)],
    [run(2), run(3), run(4)],
  ]);
  await store.history.put(report(6));
  expect(await kept()).toEqual([
    [run(4), run(6)],
    [run(4), run(6)],
  ]);
});

it.each([
  { is: 'healthy', rule: 'imap-port', says: 'open' } as const,
  // Which stays open at every look, as a limit that nobody has read does.
  { is: 'unknown', rule: 'imap-port', says: 'not read', missing: [], behind: null, asks: [] } as const,
])('keeps few reports without a problem, however many there is room for: $is', async ({ ...verdict }) => {
  const { client, prefix, store } = await opened({ healthyReportCount: 2 });
  const verdicts = [verdict] as unknown as Report['verdicts'];
  for (const n of [1, 2, 3, 4, 5]) await store.history.put({ ...report(n), verdicts });
  expect((await client.hkeys(`${prefix}history:branch:reports`)).sort()).toEqual([run(4), run(5)]);
  expect(await client.zrange(`${prefix}history:branch:healthy`, 0, '-1')).toEqual([run(4), run(5)]);
});

it('has healthy reports make room for failures, whatever their age', async () => {
  const { client, prefix, store } = await opened({ historyCount: 3 });
  const finding = {
    severity: 'critical',
    certainty: 'proven',
    says: 'x',
    because: [],
    asks: [],
    remedies: [],
  } as const;
  const failed = (n: number): Report => ({
    ...report(n),
    verdicts: [
      {
        is: 'problem',
        rule: 'imap-port',
        findings: [{ rule: 'imap-port', ...finding, because: [], asks: [], remedies: [] }],
      },
    ],
  });
  for (const n of [1, 2]) await store.history.put(failed(n));
  const well = (n: number): Report => ({
    ...report(n),
    verdicts: [{ is: 'healthy', rule: 'imap-port', says: 'open' }],
    observations: [],
  });
  for (const n of [3, 4, 5]) await store.history.put(well(n));
  expect(await client.zrange(`${prefix}history:branch:order`, 0, '-1')).toEqual([run(1), run(2), run(5)]);
  await store.history.put(failed(6));
  expect(await client.zrange(`${prefix}history:branch:order`, 0, '-1')).toEqual([run(1), run(2), run(6)]);
  expect(await client.zrange(`${prefix}history:branch:healthy`, 0, '-1')).toEqual([]);
});

it('reads a report that an older version has put there', async () => {
  const { client, prefix, store } = await opened();
  await client.zadd(`${prefix}history:branch:order`, Date.parse(report(1).finishedAt), run(1));
  await client.hset(`${prefix}history:branch:reports`, run(1), JSON.stringify(report(1)));
  expect(await store.history.last(target)).toEqual(report(1));
});

it('lets nobody wait behind a waiter that died', async () => {
  const { client, prefix, store } = await opened({ slots: 1 });
  const key = `${prefix}slots:branch:`;
  const diesAt = Date.now() + 300;
  await client.zadd(`${key}waiters`, 1, 'dead');
  await client.zadd(`${key}seen`, String(diesAt), 'dead');
  await (await store.slots.hold(target, 60_000, AbortSignal.timeout(60_000)))();
  expect(Date.now()).toBeGreaterThanOrEqual(diesAt);
});

it('shows a fault of ours as one, and not as a store that is down', async () => {
  const { client, prefix, store } = await opened();
  await client.set(`${prefix}history:branch:order`, 'text where a sorted set should be');
  const error = await store.history.put(report(1)).catch((each: unknown) => each);
  expect(error).toBeInstanceOf(UccxDoctorError);
  expect(error).not.toBeInstanceOf(StoreDownError);
  expect((error as Error).message).toMatch(/^Redis refuses keeping a report: WRONGTYPE/);
});

it('is down within two seconds when Redis is killed, and up again by itself', async () => {
  const said: string[] = [];
  const client = connectRedis(redis.url, { role: 'store', say: line => said.push(line) });
  await untilReady(client, 30_000);
  const store = redisStore({ redis: client, prefix: redis.freshPrefix(), say: () => {} });
  const kept = redisStore({ redis: client, prefix: '{kept}:', say: () => {} });
  await kept.logins.settle('one', 'a', 'refused', AT);
  const waiting = Promise.allSettled(
    [1, 2, 3].map(() => store.slots.hold(target, 60_000, new AbortController().signal)),
  );

  await redis.crash();
  const startedAt = Date.now();
  const calls = [
    store.runs.begin(run(1)),
    store.claims.take(target, holder, 1000),
    store.pens.seal(run(1)),
    store.logins.begin('one', 'a', false),
    store.history.last(target),
  ];
  for (const call of await Promise.allSettled(calls))
    expect(call).toMatchObject({ reason: expect.any(StoreDownError) });
  // The two that are in stay in; the one that waits is told.
  expect((await waiting).map(each => each.status).sort()).toContain('rejected');
  expect(Date.now() - startedAt).toBeLessThan(20_000);
  expect(said[0]).toMatch(/^Redis at unix socket .*redis\.sock is lost: /);

  await redis.restart();
  await expect.poll(() => store.runs.begin(run(2)).catch(() => false), { timeout: 30_000, interval: 50 }).toBe(true);
  expect(said).toHaveLength(2);
  expect(said[1]).toMatch(/answers again$/);
  expect(await kept.logins.begin('one', 'a', false)).toEqual({ is: 'refused', at: AT });
  client.disconnect();
});

it('is down when Redis hangs, and up again when it goes on', async () => {
  const client = connectRedis(redis.url, { role: 'store', say: () => {} });
  await untilReady(client, 30_000);
  const store = redisStore({ redis: client, prefix: redis.freshPrefix(), say: () => {} });
  const { pid } = redis.running();
  process.kill(pid, 'SIGSTOP');
  try {
    const startedAt = Date.now();
    await expect(store.runs.begin(run(1))).rejects.toThrow(StoreDownError);
    expect(Date.now() - startedAt).toBeLessThan(20_000);
  } finally {
    process.kill(pid, 'SIGCONT');
  }
  await expect.poll(() => store.runs.begin(run(2)).catch(() => false), { timeout: 30_000, interval: 50 }).toBe(true);
  client.disconnect();
});
