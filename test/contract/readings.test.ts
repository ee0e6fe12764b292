import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { RunId, TargetId } from '../../src/domain/ids.js';
import { KeptReading } from '../../src/domain/kept-reading.js';
import { redisStore } from '../../src/store/redis/redis-store.js';
import { redisForTests, type TestRedis } from '../support/redis.js';
import { twinsOf } from './twins.js';

let redis: TestRedis;
beforeAll(async () => {
  redis = await redisForTests();
});
afterAll(() => redis.stop());

const twins = twinsOf(
  () => redis,
  store => store,
);

const prod = TargetId.parse('prod');
const branch = TargetId.parse('branch');
const soon = { interval: 10 };
const minute = (n: number) => new Date(Date.parse('2026-11-21T08:00:00.000Z') + n * 60_000).toISOString();
const runOf = (n: number) => RunId.parse(`run-${String(n).padStart(4, '0')}`);

const reading = (n: number, { target = prod, words = 'x' } = {}) => {
  const source = { by: 'artifact', reader: 'shell-output', artifact: `settings-${n}.txt` } as const;
  const fact = { kind: 'imap-limits', target, source, at: minute(n), server: words, maxConnectionsPerUser: n };
  return KeptReading.parse({
    schema: 1,
    run: runOf(n),
    target,
    at: minute(n),
    observations: [
      {
        is: 'seen',
        source,
        tookMs: 0,
        cut: false,
        evidence: [fact],
        transcript: [],
      },
    ],
  });
};

describe.each(twins)('readings $name', ({ open }) => {
  it('are kept for their target, oldest first, the same run once', async () => {
    const [a, b] = await open();
    for (const n of [2, 1, 2]) await a.readings.keep(reading(n));
    await a.readings.keep(reading(3, { target: branch }));
    expect(await b.readings.kept(prod)).toEqual([reading(1), reading(2)]);
    expect(await b.readings.kept(branch)).toEqual([reading(3, { target: branch })]);
  });

  it('end by themselves', async () => {
    const [a, b] = await open({ readingMs: 60 });
    await a.readings.keep(reading(1));
    await expect.poll(() => b.readings.kept(prod), soon).toEqual([]);
  });

  it('are forgotten when somebody says so, and then only of that target', async () => {
    const [a, b] = await open();
    await a.readings.keep(reading(1));
    await a.readings.keep(reading(2, { target: branch }));
    await b.readings.forget(prod);
    expect(await a.readings.kept(prod)).toEqual([]);
    expect(await a.readings.kept(branch)).toHaveLength(1);
  });

  it('are bounded by number and by size; the oldest go, and the newest stays', async () => {
    const [a, b] = await open({ readingCount: 3 });
    for (const n of [1, 2, 3, 4, 5]) await a.readings.keep(reading(n));
    expect((await b.readings.kept(prod)).map(({ run }) => run)).toEqual([runOf(3), runOf(4), runOf(5)]);
    const [c, d] = await open({ readingBytes: 2_000 });
    for (const n of [1, 2, 3]) await c.readings.keep(reading(n, { words: 'x'.repeat(900) }));
    expect((await d.readings.kept(prod)).map(({ run }) => run)).toEqual([runOf(3)]);
  });

  it('are not kept at all where that is configured', async () => {
    const [a, b] = await open({ readingMs: 0 });
    await a.readings.keep(reading(1));
    expect(await b.readings.kept(prod)).toEqual([]);
  });
});

describe('in Redis', () => {
  it('what cannot be understood any more is left out, and said', async () => {
    const prefix = redis.freshPrefix();
    const connection = await redis.connect('worker');
    const said: string[] = [];
    const store = redisStore({ redis: connection, prefix, say: line => void said.push(line) });
    await store.readings.keep(reading(1));
    await store.readings.keep(reading(2));
    await connection.set(`${prefix}reading:prod:${runOf(1)}`, '{"cut');
    expect(await store.readings.kept(prod)).toEqual([reading(2)]);
    expect(said).toHaveLength(1);
  });
});

describe.each(twins)('readings under way, $name', ({ open }) => {
  const going = { run: runOf(1), to: { platform: 'slack', handle: { channel: 'C1' } }, files: ['a.log'] };

  it('one whose process has gone silent is told of by one other, and by no more', async () => {
    const [mine, yours] = await open({ goingMs: 1 });
    await mine.goingReadings.note(going);
    let told = 0;
    await expect
      .poll(async () => {
        const lost = await Promise.all([mine.goingReadings.lost(), yours.goingReadings.lost()]);
        for (const each of lost.flat()) expect(each).toEqual(going);
        told += lost.flat().length;
        return told;
      }, soon)
      .toBe(1);
    expect(await yours.goingReadings.lost()).toEqual([]);
  });

  it('one that goes on, or has ended, is not lost', async () => {
    const [mine, yours] = await open({ goingMs: 60_000 });
    await mine.goingReadings.note(going);
    await mine.goingReadings.note(going);
    expect(await yours.goingReadings.lost()).toEqual([]);
    await mine.goingReadings.end(going);
    const [again] = await open({ goingMs: 1 });
    expect(await again.goingReadings.lost()).toEqual([]);
  });
});
