import { Queue, Worker } from 'bullmq';
import type { Redis } from 'ioredis';
import { afterAll, afterEach, beforeAll, expect, it, vi } from 'vitest';
import { processDigest } from '../../jobs/digest/process.js';
import { digestSchedule, digestStrategy } from '../../jobs/digest/schedule.js';
import { DIGEST, PREFIX } from '../../jobs/queues.js';
import { Digest } from '../../src/domain/digest.js';
import { GRACE_MS } from '../../src/domain/digest-due.js';
import { nextSlot } from '../../src/domain/digest-slots.js';
import { readWhenText } from '../../src/domain/digest-when.js';
import { untilReady } from '../../src/store/connect.js';
import { memoryStore } from '../../src/store/memory/memory-store.js';
import { redisStore } from '../../src/store/redis/redis-store.js';
import { redisForTests, type TestRedis } from '../support/redis.js';

/*
 * A winter of a bot with both changes of the clock in every zone below: the real schedule, the real queue on a real Redis, the real job
 * that begins a digest. Only the clock is the test's: it stands still between two moments at which something happens. Which slots a digest has is tested by itself, against the clock on the wall.
 */
vi.setConfig({ testTimeout: 900_000 });
const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const FROM = Date.parse('2026-08-25T00:00:00Z');
const TO = Date.parse('2027-05-08T00:00:00Z');
/** Each takes seconds. */
const REAL_OUTAGES = 2;

let redis: TestRedis;
beforeAll(async () => {
  redis = await redisForTests();
});
afterEach(() => vi.useRealTimers());
afterAll(() => redis.stop());

/**
 * Clocks change differently in each, and most of these times fall into the hour that comes twice or not at all. Each comes on the day of the week on
 * which they change there, one every day: each job costs a dozen round trips, and what a day has for slots is tested by itself.
 */
const digests = [
  ['paris', 'Europe/Paris', 'daily 02:30'],
  ['new-york', 'America/New_York', 'weekly sun 02:15'],
  ['cairo', 'Africa/Cairo', '0 0 * * 4-6'],
  ['lord-howe', 'Australia/Lord_Howe', '45 1 * * 0,1'],
  ['santiago', 'America/Santiago', 'weekly sun 00:00'],
  ['casablanca', 'Africa/Casablanca', 'weekly sun 02:30'],
  ['every', 'Europe/Paris', 'every 7d'],
  ['sunday', 'Europe/Paris', 'weekly sun 02:00'],
].map(([id, zone, when]) =>
  Digest.parse({
    id,
    zone,
    when: readWhenText(when ?? ''),
    targets: [],
    onlyChanges: false,
    to: { is: 'named', platform: 'test', name: 'channel' },
    by: null,
  }),
);

/** The same numbers in every run. */
const chance = (seed: number) => () => {
  seed = (Math.imul(seed, 1_664_525) + 1_013_904_223) >>> 0;
  return seed / 2 ** 32;
};

type Laid = { slot: number; at: number };

it('loses no digest, doubles none, and is never late by a minute while it is up', async () => {
  vi.useFakeTimers({ toFake: ['Date'], now: FROM });
  const { laid, up, troubles } = await live(chance(7));
  expect(Object.values(troubles).every(times => times > 5)).toBe(true);
  for (const digest of digests) {
    const mine = laid.get(digest.id) ?? [];
    const slots: number[] = [];
    for (let at = nextSlot(digest, FROM); at !== null && at < TO - DAY; at = nextSlot(digest, at)) slots.push(at);
    const begun = new Set(mine.map(({ slot }) => slot));
    expect([digest.id, mine.length]).toEqual([digest.id, begun.size]);
    const stands = (slot: number) => up.some(({ from, to }) => from <= slot && to >= slot + MINUTE);
    // What was missed is told up to two hours later; of several that were missed the latest.
    const owed = slots.filter(slot =>
      up.some(({ from, to }) => from <= slot + GRACE_MS - MINUTE && to >= slot + MINUTE),
    );
    const lost = owed.filter(
      slot => !begun.has(slot) && (stands(slot) || !slots.some(later => later > slot && later - slot <= GRACE_MS)),
    );
    expect([digest.id, lost.map(iso)]).toEqual([digest.id, []]);
    const late = mine.filter(
      ({ slot, at }) => at - slot > MINUTE && up.some(({ from, to }) => from <= slot && at < to),
    );
    expect([digest.id, late.map(({ slot }) => iso(slot))]).toEqual([digest.id, []]);
    expect(mine.every(({ slot, at }) => (at >= slot && slots.includes(slot)) || slot >= TO - DAY)).toBe(true);
    expect(mine.length).toBeGreaterThan(slots.length * 0.8);
  }
});

const iso = (at: number) => new Date(at).toISOString();

/** `up`: times on the bot's clock without a gap, in which bot and Redis ran. */
const live = async (random: () => number) => {
  const laid = new Map<string, Laid[]>();
  const up: { from: number; to: number }[] = [];
  const troubles = { restart: 0, outage: 0, forwards: 0, back: 0, lost: 0, doubled: 0 };
  const clock = { now: Date.now };
  const opened: Redis[] = [];
  const open = async (role: 'store' | 'worker' = 'store') => {
    const opening = await redis.connect(role);
    opened.push(opening);
    return opening;
  };
  const store = redisStore({ redis: await open(), say: () => {} });
  const quiet = () => {};
  const queue = new Queue(DIGEST, {
    connection: await open('worker'),
    prefix: PREFIX,
    settings: { repeatStrategy: digestStrategy },
  });
  const worker = new Worker(DIGEST, null, {
    connection: await open('worker'),
    prefix: PREFIX,
    autorun: false,
    settings: { repeatStrategy: digestStrategy },
  });
  queue.on('error', quiet);
  worker.on('error', quiet);
  const bare = memoryStore(clock);
  const process = processDigest({
    clock,
    digests: store.digests,
    configured: digests,
    scope: () => [],
    sites: [],
    cards: [],
    deadlineMs: 25_000,
    claims: bare.claims,
    history: bare.history,
    lay: async ([tell]) => {
      if (!tell) throw new Error('nothing was laid');
      const { digest, slot } = tell.data as { digest: Digest; slot: number };
      laid.set(digest.id, [...(laid.get(digest.id) ?? []), { slot, at: Date.now() }]);
    },
  });
  const bot = async () =>
    digestSchedule({
      connection: await open(),
      clock,
      digests: store.digests,
      configured: digests,
      onError: quiet,
    });
  let schedule = await bot();
  let begun = FROM;

  /** As `start` does: at once, and four times a minute from then on; most of those find nothing to do. */
  const sweeps = async () => {
    for (const _ of [1, 2, 3, 4]) {
      await schedule.reconcile();
      await work(Date.now() + 15 * SECOND);
    }
  };
  /** Whatever becomes due until then is done at its time. */
  const work = async (until: number) => {
    for (;;) {
      const job = await worker.getNextJob('calendar', { block: false });
      if (job) {
        const result = await process(job, 'calendar');
        await job.moveToCompleted(result, 'calendar', false);
        continue;
      }
      const [next] = await queue.getDelayed(0, 0);
      const at = next ? next.timestamp + next.delay : Number.POSITIVE_INFINITY;
      if (at > until) break;
      vi.setSystemTime(Math.max(at, Date.now() + 1));
    }
    vi.setSystemTime(until);
  };
  const breaks = async (what: () => Promise<void> | void) => {
    up.push({ from: begun, to: Date.now() });
    await what();
    begun = Date.now();
  };
  const crashes = async () => {
    await redis.crash();
    passes(random() * 3 * HOUR);
    await expect(schedule.reconcile()).rejects.toThrow();
    await redis.restart();
    for (const each of opened) await untilReady(each, 60_000);
  };
  /** Without Redis nothing is done at all; that the bot survives it is seen in the real ones. */
  const away = () => passes(random() * 3 * HOUR);
  /** The scheduler of whatever comes next, a second before it comes; found out by the next sweep. */
  const loseNext = async () => {
    const [next] = await queue.getDelayed(0, 0);
    if (!next) return;
    await work(Math.max(Date.now(), next.timestamp + next.delay - SECOND));
    await queue.removeJobScheduler(next.name);
    await work(Date.now() + 15 * SECOND);
  };
  const passes = (ms: number) => void vi.setSystemTime(Date.now() + ms);

  await sweeps();
  while (Date.now() < TO) {
    await work(Math.min(Date.now() + random() * 6 * DAY, TO));
    const trouble = (['restart', 'restart', 'outage', 'forwards', 'back', 'lost', 'doubled'] as const)[
      Math.floor(random() * 7)
    ] as keyof typeof troubles;
    troubles[trouble] += 1;
    switch (trouble) {
      case 'restart':
        await breaks(async () => {
          await schedule.close();
          opened.pop()?.disconnect();
          passes(random() < 0.7 ? random() * 90 * MINUTE : random() * DAY);
          schedule = await bot();
        });
        break;
      case 'outage':
        await breaks(troubles.outage <= REAL_OUTAGES ? crashes : away);
        break;
      case 'forwards':
        await breaks(() => passes(random() * HOUR));
        break;
      case 'back':
        await breaks(() => passes(-random() * 3 * HOUR));
        // Until the next sweep the queue knows nothing of it.
        await work(Date.now() + 15 * SECOND);
        break;
      case 'lost':
        await loseNext();
        break;
      case 'doubled': {
        // Somebody takes a job before its time, or a second time.
        const [next] = await queue.getDelayed(0, 0);
        await next?.promote();
        break;
      }
    }
    await sweeps();
  }
  up.push({ from: begun, to: Date.now() });
  await Promise.all([schedule.close(), queue.close(), worker.close()]);
  return { laid, up, troubles };
};
