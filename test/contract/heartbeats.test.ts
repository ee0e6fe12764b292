import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { SiteId } from '../../src/domain/ids.js';
import { isAlive, WorkerBeat } from '../../src/domain/site-state.js';
import { redisStore } from '../../src/store/redis/redis-store.js';
import { redisForTests, type TestRedis } from '../support/redis.js';
import { twinsOf } from './twins.js';

/** Who looks from where, as two processes of ours see it. */
let redis: TestRedis;
beforeAll(async () => {
  redis = await redisForTests();
});
afterAll(() => redis.stop());

const twins = twinsOf(
  () => redis,
  ({ heartbeats }) => heartbeats,
);

const clock = { now: Date.now };
const wrongBy = (ms: number) => ({ now: () => Date.now() + ms });
const [hq, branch] = [SiteId.parse('hq'), SiteId.parse('branch')];
const beat = (worker: string, site: SiteId = hq): WorkerBeat =>
  WorkerBeat.parse({ site, worker, version: '1.2.3', machine: 'srv-a', startedAt: '2026-11-21T08:00:00.000Z' });
/** Waits for another millisecond: they order who was heard. */
const later = () => {
  const now = Date.now();
  return expect.poll(() => Date.now(), { interval: 1 }).toBeGreaterThan(now + 1);
};

describe.each(twins)('heartbeats $name', ({ open }) => {
  it('tell of every worker of a site, and of no other site, newest first', async () => {
    const [a, b] = await open();
    await a.beat(beat('worker-1'), clock);
    await later();
    await b.beat(beat('worker-2'), clock);
    await b.beat(beat('worker-3', branch), clock);
    await later();
    await a.beat(beat('worker-1'), clock);
    const heard = await b.heard(hq, clock);
    expect(heard.map(({ silentMs, aheadMs, ...rest }) => rest)).toEqual(
      ['worker-1', 'worker-2'].map(worker => ({ ...beat(worker), left: false })),
    );
    expect(heard.every(worker => isAlive(worker) && worker.silentMs < 20_000)).toBe(true);
    expect(await a.heard(SiteId.parse('nowhere'), clock)).toEqual([]);
  });

  it('tell who was ended in order, until it is heard again', async () => {
    const [a, b] = await open();
    await a.beat(beat('worker-1'), clock);
    await a.leave(beat('worker-1'), clock);
    expect((await b.heard(hq, clock)).map(each => [each.left, isAlive(each)])).toEqual([[true, false]]);
    await a.beat(beat('worker-1'), clock);
    expect((await b.heard(hq, clock)).map(each => [each.left, isAlive(each)])).toEqual([[false, true]]);
  });

  it.each([
    ['ahead', 120_000, 0, 120_000],
    ['behind', -45_000, 0, -45_000],
    ['ahead, by the clock of who asks', 0, -60_000, 60_000],
    ['the same, both wrong', 3_600_000, 3_600_000, 0],
  ])('compare clocks: %s', async (_, workers, readers, difference) => {
    const [a, b] = await open();
    await a.beat(beat('worker-1'), wrongBy(workers));
    const [heard] = await b.heard(hq, wrongBy(readers));
    expect(Math.abs((heard?.aheadMs ?? Number.NaN) - difference)).toBeLessThan(20_000);
    expect(heard?.silentMs).toBeLessThan(20_000); // rests on neither
  });

  it('forget whom nobody has heard for long', async () => {
    const [a, b] = await open({ heardMs: 40 });
    await a.beat(beat('worker-1'), clock);
    await expect.poll(() => b.heard(hq, clock), { interval: 10 }).toEqual([]);
  });

  it('keep the newest of very many, as of one that is started again and again', async () => {
    const [a] = await open({ heardCount: 3 });
    for (const n of [1, 2, 3, 4, 5]) {
      await a.beat(beat(`worker-${n}`), clock);
      await later();
    }
    expect((await a.heard(hq, clock)).map(({ worker }) => worker)).toEqual(['worker-5', 'worker-4', 'worker-3']);
  });
});

it('what cannot be read, or tells of another site, is left out and said', async () => {
  const prefix = redis.freshPrefix();
  const client = await redis.connect('worker');
  const said: string[] = [];
  const { heartbeats } = redisStore({ redis: client, prefix, say: line => void said.push(line) });
  for (const worker of ['worker-1', 'worker-2', 'worker-3']) await heartbeats.beat(beat(worker), clock);
  await client.hset(`${prefix}site:hq:said`, {
    'worker-1': '{"beat":',
    'worker-2': JSON.stringify({ beat: beat('worker-2', branch), aheadMs: 0, left: false }),
  });
  expect((await heartbeats.heard(hq, clock)).map(({ worker }) => worker)).toEqual(['worker-3']);
  expect(said).toEqual(Array(2).fill('what a worker of hq says of itself could not be read and was left out'));
});
