import { Queue } from 'bullmq';
import { describe, expect, it } from 'vitest';
import { maintenanceSchedule } from '../../jobs/maintenance/schedule.js';
import { MAINTENANCE, PREFIX } from '../../jobs/queues.js';
import { hubWorkers } from '../../jobs/workers.js';
import { timesOf } from '../../src/domain/maintenance.js';
import { Maintenance, Quiet } from '../../src/domain/quiet.js';
import { type Messenger, MessengerBusyError, MessengerRefusedError } from '../../src/intake/ports.js';
import { allQuiets } from '../../src/intake/silences.js';
import { memoryStore } from '../../src/store/memory/memory-store.js';
import { signingOf } from '../support/signing.js';
import { read } from '../view/build.js';
import { closing, redis, rule, target, usesRedis } from './rig.js';

usesRedis();

/** Beginning and end of a window, told through the queue of a real Redis. */
let aheadMs = 0;
const clock = { now: () => Date.now() + aheadMs };
const MINUTE = 60_000;
const iso = (ms: number) => new Date(ms).toISOString();
const by = { platform: 'test', user: 'U0OP', groups: [], channel: 'C1' };

const window = (fromMs: number, untilMs: number, more: object = {}): Maintenance =>
  Maintenance.parse({
    is: 'maintenance',
    id: 'm-patch',
    because: 'patches',
    at: iso(Date.now() - 24 * 60 * MINUTE),
    by,
    targets: ['prod'],
    times: { is: 'once', from: iso(fromMs), until: iso(untilMs) },
    zone: 'UTC',
    to: { is: 'address', address: { platform: 'test', handle: 'channel' } },
    ...more,
  });

const start = async ({ failing = [] as Error[], configured = [] as Maintenance[] } = {}) => {
  aheadMs = 0;
  const store = memoryStore(clock);
  const posted: string[] = [];
  let tries = 0;
  const messenger: Messenger = {
    post: async (at, view) => {
      tries++;
      const error = failing.shift();
      if (error) throw error;
      posted.push(`${JSON.stringify(at.handle)} ${read(view)}`);
      return at;
    },
    edit: async at => at,
    tell: async () => {},
    link: async () => null,
    named: async name => (name === 'C9' ? { platform: 'test', handle: 'C9' } : null),
  };
  const onError = () => {};
  const quiet = { quiets: store.quiets, configured };
  const work = {
    clock,
    targets: [target],
    rules: [rule],
    ...store,
    messenger: () => messenger,
    onCrash: onError,
    onFault: onError,
    maintenance: {
      clock,
      quiets: store.quiets,
      windows: async () => (await allQuiets(quiet)).filter(each => each.is === 'maintenance'),
      messenger: () => messenger,
    },
  };
  const hubs = [
    hubWorkers({ connection: await redis.connect('worker'), onError, signing: signingOf('bot') }, work),
    hubWorkers({ connection: await redis.connect('worker'), onError, signing: signingOf('bot') }, work),
  ];
  const fail = (error: unknown): never => {
    throw error;
  };
  const bots = await Promise.all(
    [1, 2].map(async () =>
      maintenanceSchedule({ connection: await redis.connect('worker'), clock, ...quiet, onError: fail }),
    ),
  );
  const queue = new Queue(MAINTENANCE, { connection: await redis.connect('worker'), prefix: PREFIX });
  closing.push(async () => {
    await Promise.all([...hubs, ...bots, queue].map(each => each.close()));
  });
  return {
    store,
    posted,
    queue,
    tries: () => tries,
    /** As if it had been known for a day. */
    known: async (made: Maintenance, isKept = true) => {
      if (isKept) await store.quiets.put(made);
      await store.quiets.remember(made.id, {
        schedule: timesOf(made),
        since: Date.now() - 24 * 60 * MINUTE,
        told: [],
      });
    },
    sweep: () => Promise.all(bots.map(bot => bot.reconcile())),
    settled: () =>
      expect
        .poll(async () => (await queue.getActiveCount()) + (await queue.getWaitingCount()), { interval: 20 })
        .toBe(0),
  };
};

describe('a window', () => {
  it('is told at its beginning and its end, once, by whichever bot', async () => {
    const { store, posted, known, sweep, settled, queue } = await start();
    const now = Date.now();
    await known(window(now + 300, now + 60 * MINUTE));
    await sweep();
    await expect.poll(() => posted.length, { interval: 20, timeout: 30_000 }).toBe(1);
    await expect.poll(async () => (await store.quiets.memory(window(0, 1).id))?.told.length).toBe(1);
    aheadMs = 60 * MINUTE;
    await sweep();
    await expect.poll(() => posted.length, { interval: 20, timeout: 30_000 }).toBe(2);
    expect(posted[0]).toMatch(
      /^"channel" Maintenance of prod has begun, until .* UTC\.\n\n\s+m-patch, by U0OP: because patches\./,
    );
    expect(posted[1]).toMatch(/^"channel" Maintenance of prod is over, since .* UTC\./);
    expect(posted.join()).not.toContain('Late');
    await expect
      .poll(async () => (await store.quiets.memory(window(0, 1).id))?.told.map(each => each.split(' ')[0]))
      .toEqual(['start', 'end']);
    await queue.clean(0, 100, 'completed'); // as an hour later: the queue knows of nothing any more
    await sweep();
    await settled();
    expect(posted).toHaveLength(2);
  });

  it('whose beginning was missed is told late; where its end was, too, only that', async () => {
    const { posted, known, sweep } = await start();
    const now = Date.now();
    await known(window(now - 40 * MINUTE, now + 40 * MINUTE));
    await known(window(now - 90 * MINUTE, now - 50 * MINUTE, { id: 'm-over' }));
    await sweep();
    await expect.poll(() => posted.length, { interval: 20, timeout: 30_000 }).toBe(2);
    expect(posted.sort()[0]).toMatch(/has begun[\s\S]*Late: it began at .* UTC, 40 min ago\./);
    expect(posted[1]).toMatch(/is over[\s\S]*Late: it ended at .* UTC, 50 min ago\./);
  });

  it('is told in the end, once, however long the platform is ill', async () => {
    const failing = Array.from({ length: 4 }, () => new MessengerBusyError('ill', 1));
    const { posted, known, sweep, settled, tries } = await start({ failing });
    await known(window(Date.now() - MINUTE, Date.now() + MINUTE));
    await sweep();
    await expect.poll(() => posted.length, { interval: 20, timeout: 30_000 }).toBe(1);
    await sweep();
    await settled();
    expect([tries(), posted.length]).toEqual([5, 1]);
  });

  it('is given up where the platform refuses it for good', async () => {
    const { known, sweep, tries, queue } = await start({ failing: [new MessengerRefusedError('archived')] });
    await known(window(Date.now() - MINUTE, Date.now() + MINUTE));
    await sweep();
    await expect.poll(() => queue.getFailedCount(), { interval: 20, timeout: 30_000 }).toBe(1);
    expect(tries()).toBe(1);
  });

  it('that is ended before its time is not told', async () => {
    const { store, posted, known, sweep, queue } = await start();
    const soon = window(Date.now() + 25_000, Date.now() + MINUTE);
    await known(soon);
    await sweep();
    await store.quiets.drop(soon.id);
    const [laid] = await queue.getDelayed();
    await laid?.promote();
    await expect.poll(() => queue.getCompletedCount(), { interval: 20, timeout: 30_000 }).toBe(1);
    expect(posted).toEqual([]);
  });

  it('of the configuration is told where the file says, and from the first time that it was seen', async () => {
    const to = { is: 'named', platform: 'test', name: 'C9' };
    const open = window(Date.now() - MINUTE, Date.now() + MINUTE, { id: 'patches', by: null, to });
    const { store, posted, known, sweep, settled } = await start({ configured: [open] });
    await sweep();
    await settled();
    expect(posted).toEqual([]); // it had begun before anybody knew of it
    expect(await store.quiets.memory(open.id)).toMatchObject({ told: [] });
    await known(open, false);
    await sweep();
    await expect.poll(() => posted.length, { interval: 20, timeout: 30_000 }).toBe(1);
    expect(posted[0]).toMatch(
      /^"C9" Maintenance of prod has begun[\s\S]*patches, from the configuration: because patches\./,
    );
  });

  it('and a mute that have ended are dropped, and what was told of windows that are no longer configured', async () => {
    const { store, known, sweep } = await start();
    const now = Date.now();
    await known(window(now - 24 * 60 * MINUTE, now - 23 * 60 * MINUTE));
    await known(window(now, now + 1, { id: 'gone' }), false);
    const mute = { is: 'mute', because: 'x', at: iso(now), by, target: 'prod', rule: null };
    await store.quiets.put(Quiet.parse({ ...mute, id: 'mute:prod', until: iso(now - 1) }));
    await store.quiets.put(Quiet.parse({ ...mute, id: 'mute:prod:a', rule: 'a', until: iso(now + MINUTE) }));
    await sweep();
    expect((await store.quiets.all()).map(({ id }) => id)).toEqual(['mute:prod:a']);
    expect(await store.quiets.remembered()).toEqual([]);
  });
});
