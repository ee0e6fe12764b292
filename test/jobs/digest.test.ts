import { Queue } from 'bullmq';
import { describe, expect, it } from 'vitest';
import { digestSchedule, digestStrategy } from '../../jobs/digest/schedule.js';
import { DIGEST, DIGEST_TELL, PREFIX } from '../../jobs/queues.js';
import { siteWorker } from '../../jobs/site-worker.js';
import { hubWorkers } from '../../jobs/workers.js';
import { Digest, scheduleOf } from '../../src/domain/digest.js';
import { JITTER_MS } from '../../src/domain/digest-due.js';
import { nextSlot } from '../../src/domain/digest-slots.js';
import { readWhenText } from '../../src/domain/digest-when.js';
import { RunId } from '../../src/domain/ids.js';
import { Quiet } from '../../src/domain/quiet.js';
import { silencesAt } from '../../src/domain/quiet-of.js';
import { type Messenger, MessengerBusyError, MessengerRefusedError } from '../../src/intake/ports.js';
import type { Probe } from '../../src/probes/probe.js';
import { memoryStore } from '../../src/store/memory/memory-store.js';
import type { View } from '../../src/view/view.js';
import { patientSubmit } from '../support/patient-submit.js';
import { signingOf } from '../support/signing.js';
import { closing, greets, hq, probeOf, redis, rule, target, usesRedis } from './rig.js';

usesRedis();

/** The schedule of digests and their jobs on a real Redis. */
const clock = { now: Date.now };
const MINUTE = 60_000;
const ago = new Date(Date.now() - 40 * MINUTE);
/** It was due forty minutes ago. */
const missed = Digest.parse({
  id: 'd-missed',
  when: { is: 'cron', pattern: `${ago.getUTCMinutes()} ${ago.getUTCHours()} * * *` },
  zone: 'UTC',
  targets: [],
  onlyChanges: false,
  to: { is: 'address', address: { platform: 'test', handle: 'channel' } },
  by: null,
});
const daily = (id: string, pattern = '0 8 * * *', zone = 'Europe/Paris'): Digest =>
  Digest.parse({ ...missed, id, when: { is: 'cron', pattern }, zone });
const askedFor = (digest: Digest) => ({ schedule: scheduleOf(digest), since: Date.now() - 60 * MINUTE, laid: [] });
const fail = (error: unknown): never => {
  throw error;
};

const queueOf = async (name: string) => {
  const queue = new Queue(name, {
    connection: await redis.connect(),
    prefix: PREFIX,
    settings: { repeatStrategy: digestStrategy },
  });
  closing.push(() => queue.close());
  return queue;
};
const scheduleWith = async (store: ReturnType<typeof memoryStore>, configured: readonly Digest[] = []) => {
  const { digests } = store;
  const schedule = digestSchedule({ connection: await redis.connect(), clock, digests, configured, onError: fail });
  closing.push(schedule.close);
  return schedule;
};

describe('the schedule', () => {
  it('becomes what is configured and stored, and nothing else', async () => {
    const store = memoryStore(clock);
    const queue = await queueOf(DIGEST);
    const keys = async () =>
      (await queue.getJobSchedulers()).map(({ key, pattern, tz }) => `${key} ${pattern} ${tz}`).sort();
    await store.digests.put(daily('d-chat', '30 7 * * 1-5', 'UTC'));
    await (await scheduleWith(store, [daily('file-a'), daily('file-b')])).reconcile();
    expect(await keys()).toEqual([
      'd-chat 30 7 * * 1-5 UTC',
      'file-a 0 8 * * * Europe/Paris',
      'file-b 0 8 * * * Europe/Paris',
    ]);
    await store.digests.drop(daily('d-chat').id);
    await (await scheduleWith(store, [daily('file-a', '0 9 * * *')])).reconcile();
    expect(await keys()).toEqual(['file-a 0 9 * * * Europe/Paris']);
    expect(await store.digests.memory(daily('file-b').id)).toBeNull();
  });

  it('brings each a few seconds after its slot, and leaves alone what is right', async () => {
    const store = memoryStore(clock);
    const queue = await queueOf(DIGEST);
    const schedule = await scheduleWith(store, [daily('file-a')]);
    await schedule.reconcile();
    const first = await queue.getJobScheduler('file-a');
    const late = Number(first?.next) - Number(nextSlot(daily('file-a'), Date.now()));
    expect(late >= 0 && late < JITTER_MS).toBe(true);
    await Promise.all([schedule.reconcile(), (await scheduleWith(store, [daily('file-a')])).reconcile()]);
    expect(await queue.getDelayedCount()).toBe(1);
    expect((await queue.getJobScheduler('file-a'))?.next).toBe(first?.next);
  });

  it.each(['every 15m', 'every 90m', 'every 4h', 'every 7d', 'weekly sun 02:30', '*/15 * * * *'])(
    'understands what may be asked for: %s',
    async text => {
      const store = memoryStore(clock);
      const queue = await queueOf(DIGEST);
      const digest = Digest.parse({ ...missed, id: 'd-any', when: readWhenText(text) });
      await (await scheduleWith(store, [digest])).reconcile();
      const next = Number((await queue.getJobScheduler('d-any'))?.next);
      expect(next - Number(nextSlot(digest, next - JITTER_MS))).toBeLessThan(JITTER_MS);
    },
  );

  it('lets no digest that cannot be scheduled keep others from coming', async () => {
    const store = memoryStore(clock);
    const queue = await queueOf(DIGEST);
    const odd: Digest = { ...daily('file-a'), when: { is: 'every', everyMs: 1_234_567 } };
    await expect((await scheduleWith(store, [odd, daily('file-b')])).reconcile()).rejects.toThrow(/no digest has/);
    expect((await queue.getJobSchedulers()).map(({ key }) => key)).toContain('file-b');
  });

  it('puts right what was lost, or set by a clock that was wrong', async () => {
    const store = memoryStore(clock);
    const queue = await queueOf(DIGEST);
    const schedule = await scheduleWith(store, [daily('file-a')]);
    await schedule.reconcile();
    const right = (await queue.getJobScheduler('file-a'))?.next;
    const client = await redis.connect();
    await client.zadd(`${PREFIX}:${DIGEST}:repeat`, Number(right) + 3 * 86_400_000, 'file-a');
    await schedule.reconcile();
    expect((await queue.getJobScheduler('file-a'))?.next).toBe(right);
    await queue.removeJobScheduler('file-a');
    await schedule.reconcile();
    expect((await queue.getJobScheduler('file-a'))?.next).toBe(right);
    expect(await queue.getDelayedCount()).toBe(1);
  });

  it('begins what was missed, and neither what is new nor what has another time now', async () => {
    const store = memoryStore(clock);
    const queue = await queueOf(DIGEST);
    const isNew = Digest.parse({ ...missed, id: 'd-new' });
    const moved = Digest.parse({ ...missed, id: 'd-moved' });
    await store.digests.remember(missed.id, askedFor(missed));
    await store.digests.remember(moved.id, { ...askedFor(moved), schedule: '0 10 * * * UTC' });
    await (await scheduleWith(store, [missed, isNew, moved])).reconcile();
    expect((await queue.getWaiting()).map(({ name }) => name)).toEqual(['d-missed']);
  });
});

const run = async (
  probes: readonly Probe[],
  { failing = [] as Error[], digest = missed, worker = true, quiets = [] as Quiet[] } = {},
) => {
  const store = memoryStore(clock);
  const posted: View[] = [];
  let tries = 0;
  let tell = () => {};
  const messenger: Messenger = {
    post: async (at, view) => {
      tries++;
      const error = failing.shift();
      if (error) throw error;
      posted.push(view);
      tell();
      return at;
    },
    edit: async at => at,
    tell: async () => {},
    link: async () => null,
  };
  const onError = () => {};
  const { lay, close } = patientSubmit(await redis.connect(), onError);
  const work = {
    clock,
    targets: [target],
    rules: [rule],
    ...store,
    messenger: () => messenger,
    onCrash: onError,
    onFault: onError,
    digest: {
      ...store,
      clock,
      configured: [digest],
      scope: () => [target],
      sites: [hq],
      cards: probes,
      deadlineMs: 120_000,
      messenger: () => messenger,
      silences: async () => silencesAt(quiets, clock.now()),
      lay,
    },
  };
  const hubs = [
    hubWorkers({ connection: await redis.connect('worker'), onError, signing: signingOf('bot') }, work),
    hubWorkers({ connection: await redis.connect('worker'), onError, signing: signingOf('bot') }, work),
  ];
  const site = worker
    ? siteWorker({ connection: await redis.connect('worker'), onError, signing: signingOf('site-hq') }, hq.id, {
        site: hq.id,
        probes,
        targets: [target],
        ...store,
        waitMs: 60_000,
        clock,
        onCrash: onError,
        login: async () => ({ is: 'withheld', why: 'secret-missing', says: 'none' }),
      })
    : null;
  closing.push(async () => void (await Promise.all([...hubs.map(hub => hub.close()), site?.close(), close()])));
  await store.digests.remember(digest.id, askedFor(digest));
  const schedules = [await scheduleWith(store, [digest]), await scheduleWith(store, [digest])];
  return {
    store,
    posted,
    tries: () => tries,
    comes: () => Promise.all(schedules.map(schedule => schedule.reconcile())),
    until: (amount: number) =>
      new Promise<View[]>(resolve => {
        tell = () => posted.length >= amount && resolve(posted);
        tell();
      }),
  };
};
const settled = async (...names: string[]) => {
  for (const name of names) {
    const queue = await queueOf(name);
    await expect
      .poll(async () => (await queue.getActiveCount()) + (await queue.getWaitingCount()), { interval: 20 })
      .toBe(0);
  }
};

describe('a digest that is due', () => {
  it('looks once, is told once whoever finds it, and says that it is late', async () => {
    const runs: string[] = [];
    const { comes, until, posted, store } = await run([greets(runs)]);
    await Promise.all([comes(), comes()]);
    const [view] = await until(1);
    expect(view?.headline).toBe('All clear: prod is healthy');
    expect(view?.sections[0]?.title).toMatch(/^Late: this digest was due at .* and comes 4\d min after it\.$/);
    await expect.poll(async () => (await store.digests.told(missed.id))?.entries[0]?.state).toBe('healthy');
    await comes();
    await settled(DIGEST, DIGEST_TELL);
    expect([posted.length, runs.length]).toEqual([1, 1]);
    expect(await store.claims.holder(target.id)).toBeNull();
  });

  it('is told in the end, once, however long the platform is ill, and looks no second time for it', async () => {
    const runs: string[] = [];
    const failing = Array.from({ length: 8 }, (_, n) => new MessengerBusyError('ill', n % 2 ? 1 : 2));
    const { comes, until, posted, tries } = await run([greets(runs)], { failing });
    await comes();
    await until(1);
    await comes();
    await settled(DIGEST, DIGEST_TELL);
    expect([tries(), posted.length, runs.length]).toEqual([9, 1, 1]);
  });

  it('is given up where the platform refuses it for good', async () => {
    const { comes, tries } = await run([greets()], { failing: [new MessengerRefusedError('archived')] });
    await comes();
    const queue = await queueOf(DIGEST_TELL);
    await expect.poll(() => queue.getFailedCount()).toBe(1);
    expect(tries()).toBe(1);
  });

  it('waits for who checks its target already, and looks no second time', async () => {
    const runs: string[] = [];
    const { comes, until, store } = await run([greets(runs)]);
    const other = RunId.parse('sla-somebody-else');
    const at = new Date().toISOString();
    await store.claims.take(target.id, { run: other, since: at, link: null }, 60_000);
    await comes();
    const queue = await queueOf(DIGEST_TELL);
    await expect.poll(() => queue.getDelayedCount()).toBe(1);
    await store.history.put({
      schema: 1,
      run: other,
      target: target.id,
      startedAt: at,
      finishedAt: new Date().toISOString(),
      plan: { target: target.id, orders: [], uncovered: [], leftOut: [], legs: ['imap'] },
      verdicts: [{ is: 'healthy', rule: 'imap-greeting', says: 'it greets' }],
      observations: [],
    });
    await store.claims.release(target.id, other);
    const [view] = await until(1);
    expect([view?.headline, runs.length]).toEqual(['All clear: prod is healthy', 0]);
  });

  it('says «unknown» where nobody could look', async () => {
    const slow = probeOf(async () => {
      throw new TypeError('broken');
    });
    const { comes, until } = await run([slow]);
    await comes();
    expect((await until(1))[0]?.headline).toBe('0 of 1 need you · 1 unknown');
  });

  it('is silent where nothing has changed and only changes were asked for', async () => {
    const digest = Digest.parse({ ...missed, id: 'd-quiet', onlyChanges: true });
    const { comes, posted, store } = await run([greets()], { digest });
    const yesterday = new Date(Date.now() - 86_400_000).toISOString();
    const entry = { target: target.id, state: 'healthy' as const, since: yesterday, findings: [] };
    await store.digests.tell(digest.id, { slot: yesterday, at: yesterday, entries: [entry] });
    await comes();
    await expect.poll(async () => (await store.digests.told(digest.id))?.slot).not.toBe(yesterday);
    await settled(DIGEST_TELL);
    expect(posted).toEqual([]);
  });

  it('looks at a muted target all the same, and counts it as muted', async () => {
    const runs: string[] = [];
    const throwing = probeOf(async () => {
      runs.push('run');
      throw new TypeError('broken');
    });
    const until = new Date(Date.now() + 60 * MINUTE).toISOString();
    const by = { platform: 'test', user: 'U0OP', groups: [], channel: null };
    const mute = { is: 'mute', id: 'm', because: 'x', at: until, by, target: 'prod', rule: null, until };
    const { comes, until: told } = await run([throwing], { quiets: [Quiet.parse(mute)] });
    await comes();
    expect((await told(1))[0]?.headline).toBe('0 of 1 need you · 1 muted');
    expect(runs).toEqual(['run']);
  });

  it('that was begun already is not begun again', async () => {
    const digest = Digest.parse({ ...missed, id: 'd-begun' });
    const runs: string[] = [];
    const { comes, store, posted } = await run([greets(runs)], { digest });
    await store.digests.remember(digest.id, {
      ...askedFor(digest),
      laid: [Math.floor(ago.getTime() / MINUTE) * MINUTE],
    });
    await comes();
    await settled(DIGEST, DIGEST_TELL);
    expect([posted.length, runs.length]).toEqual([0, 0]);
  });
});
