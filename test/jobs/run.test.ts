import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { makeFollow } from '../../jobs/follow.js';
import { replyBackoff } from '../../jobs/reply/process.js';
import { makeSubmit } from '../../jobs/submit.js';
import { hubWorkers, siteWorker } from '../../jobs/workers.js';
import { makePlan } from '../../src/diagnosis/plan.js';
import { RunId, SiteId } from '../../src/domain/ids.js';
import type { Plan } from '../../src/domain/plan.js';
import type { ReplyAddress } from '../../src/domain/request.js';
import { Site } from '../../src/domain/target.js';
import { type Messenger, MessengerBusyError, MessengerRefusedError } from '../../src/intake/ports.js';
import { defineProbe, type Probe } from '../../src/probes/probe.js';
import { defineRule, healthy } from '../../src/rules/rule.js';
import { memoryStore } from '../../src/store/memory/memory-store.js';
import type { View } from '../../src/view/view.js';
import { mailTarget } from '../support/build.js';
import { redisForTests, type TestRedis } from '../support/redis.js';

/** Order and failure of the jobs, with BullMQ on a real Redis. What is thought and said is tested elsewhere. */
const clock = { now: Date.now };
const hq = Site.parse({ id: 'hq', vantages: ['uccx-side', 'agent-side'] });
const target = mailTarget({ id: 'prod' });
const to: ReplyAddress = { platform: 'test', handle: 'channel' };
const rule = defineRule({
  id: 'imap-greeting',
  for: 'uccx-mail',
  leg: 'imap',
  asks: 'Does it greet?',
  explains: '',
  source: '',
  needs: ['imap-greeting'],
  uses: [],
  behind: [],
  judge: () => healthy('it greets'),
});

let redis: TestRedis;
beforeAll(async () => {
  redis = await redisForTests();
});
afterAll(() => redis.stop());
const closing: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
  await (await redis.connect()).flushall();
});

/** Notes what is said; `failing` are thrown by the next edits, one each. */
const recorder = (failing: Error[] = []) => {
  const edits: View[] = [];
  let tell = () => {};
  let pause = Promise.resolve();
  let showing = () => {};
  const progressBegan = new Promise<void>(began => (showing = began));
  const messenger: Messenger = {
    post: async at => at,
    edit: async (at, view) => {
      const error = failing.shift();
      if (error) throw error;
      if (view.tone === 'running') {
        showing();
        await pause;
      }
      edits.push(view);
      tell();
      return at;
    },
    tell: async () => {},
    link: async () => null,
  };
  const until = (done: (edits: View[]) => boolean) =>
    new Promise<View[]>(resolve => {
      tell = () => done(edits) && resolve(edits);
      tell();
    });
  return {
    messenger,
    edits,
    progressBegan,
    result: () => until(all => all.some(view => view.tone !== 'running')),
    until,
    holdProgress: (gate: Promise<void>) => (pause = gate),
  };
};

const probeOf = (run: Probe['run'], more: Partial<Probe> = {}): Probe => ({
  ...defineProbe({
    id: 'imap-service',
    for: 'uccx-mail',
    leg: 'imap',
    from: ['uccx-side'],
    impact: 'touch',
    includes: [],
    budgetMs: 5_000,
    yields: [],
    run: async () => {},
  }),
  run,
  ...more,
});
const greets = (runs: string[] = []) =>
  probeOf(async look => {
    runs.push('run');
    look.observe('imap-greeting', { outcome: 'ok', text: 'hello', tookMs: 1 });
  });

const planOf = (run: string, probes: readonly Probe[], deadlineMs = 20_000): Plan =>
  makePlan({
    run: RunId.parse(run),
    at: new Date().toISOString(),
    targets: [target],
    sites: [hq],
    cards: probes,
    only: [],
    loginAnyway: false,
    deadlineMs,
  });

const start = async (messenger: Messenger, probes: readonly Probe[], { worker = true } = {}) => {
  const onError = () => {};
  const store = memoryStore(clock);
  const hub = hubWorkers(
    { connection: await redis.connect('worker'), onError },
    {
      clock,
      targets: [target],
      rules: [rule],
      history: store.history,
      claims: store.claims,
      pens: store.pens,
      messenger: () => messenger,
      onCrash: onError,
    },
  );
  const site = worker
    ? siteWorker({ connection: await redis.connect('worker'), onError }, hq.id, {
        site: hq.id,
        probes,
        targets: [target],
        slots: store.slots,
        waitMs: 5_000,
        clock,
        onCrash: onError,
        login: async () => ({ is: 'withheld', why: 'secret-missing', says: 'none' }),
      })
    : null;
  const { submit, close } = makeSubmit(await redis.connect(), onError);
  const connection = await redis.connect('worker');
  const follow = makeFollow({
    connect: () => connection.duplicate(),
    sites: [SiteId.parse('hq')],
    messenger: () => messenger,
    pens: store.pens,
    onError,
  });
  await follow.ready();
  closing.push(async () => {
    await Promise.all([hub.close(), site?.close(), follow.close(), close()]);
  });
  const ask = (plan: Plan) =>
    submit(
      {
        run: plan.run,
        at: plan.at,
        by: { platform: 'test', user: 'U', groups: [], channel: null },
        to,
        wants: { do: 'check', targets: [], only: [], loginAnyway: false },
      },
      plan,
    );
  return { ask, store, follow: follow.follow };
};

describe('a run', () => {
  it('that is laid twice is told once and looked at once', async () => {
    const runs: string[] = [];
    const { messenger, edits, result } = recorder();
    const { ask } = await start(messenger, [greets(runs)]);
    const plan = planOf('run-twice', [greets()]);
    await Promise.all([ask(plan), ask(plan)]);
    await result();
    await ask(plan);
    await ask(planOf('run-next', [greets()]));
    await expect.poll(() => edits.length).toBe(2);
    expect(runs).toHaveLength(2);
    expect(edits[0]?.headline).toBe('prod: healthy. 1 question asked, nothing wrong was seen.');
  });

  it('is told in the end though the platform is busy again and again, and is not looked at again', async () => {
    const runs: string[] = [];
    const { messenger, result } = recorder([
      new MessengerBusyError('429', 50),
      new MessengerBusyError('429', 10),
      new MessengerBusyError('500', 20),
    ]);
    const { ask } = await start(messenger, [greets(runs)]);
    await ask(planOf('run-busy', [greets()]));
    expect((await result())[0]?.tone).toBe('healthy');
    expect(runs).toEqual(['run']);
  });

  it('that the platform refuses for good ends', async () => {
    const { messenger, result, edits } = recorder([new MessengerRefusedError('no such channel')]);
    const { ask } = await start(messenger, [greets()]);
    await ask(planOf('run-refused', [greets()]));
    await ask(planOf('run-after', [greets()]));
    await result();
    expect(edits).toHaveLength(1);
  });

  it('whose probe breaks off says so, and the rest stands', async () => {
    const { messenger, result } = recorder();
    const broken = probeOf(
      async () => {
        throw new TypeError('oops');
      },
      { id: 'smtp-service', leg: 'smtp' },
    );
    const { ask } = await start(messenger, [greets(), broken]);
    await ask(planOf('run-broken', [greets(), broken]));
    const [view] = await result();
    expect(JSON.stringify(view)).toContain('smtp-service at hq broke off by a fault of our own');
    expect(JSON.stringify(view)).toContain('it greets [imap-greeting]');
  });

  it('asks a site with an older version for a probe that it does not have: silence with a reason', async () => {
    const { messenger, result } = recorder();
    const { ask } = await start(messenger, [greets()]);
    const newer = probeOf(async () => {}, { id: 'smtp-service', leg: 'smtp' });
    await ask(planOf('run-older', [greets(), newer]));
    expect(JSON.stringify((await result())[0])).toContain('hq runs an older version that has no smtp-service');
  });

  it('that nobody takes ends by its deadline, and no worker that comes later runs it', async () => {
    const runs: string[] = [];
    const { messenger, result } = recorder();
    const { ask } = await start(messenger, [greets()], { worker: false });
    await ask(planOf('run-alone', [greets()], 1_000));
    const [view] = await result();
    expect(view?.tone).toBe('unknown');
    expect(JSON.stringify(view)).toContain('imap-service at hq: no answer in time');
    for (const close of closing.splice(0)) await close();
    const late = recorder();
    const second = await start(late.messenger, [greets(runs)]);
    await second.ask(planOf('run-later', [greets()]));
    await late.result();
    expect(runs).toEqual(['run']);
  });

  it('shows who has answered while it waits, and late progress never overwrites the result', async () => {
    const gates = { second: () => {}, progress: () => {} };
    const second = new Promise<void>(open => (gates.second = open));
    const recording = recorder();
    recording.holdProgress(new Promise<void>(open => (gates.progress = open)));
    const slow = probeOf(() => second, { id: 'smtp-service', leg: 'smtp' });
    const { ask, follow, store } = await start(recording.messenger, [greets(), slow]);
    const plan = planOf('run-slow', [greets(), slow]);
    follow(plan, to);
    await ask(plan);
    await recording.progressBegan;
    expect(await store.pens.lift(plan.run)).toBe(false);
    gates.second();
    gates.progress();
    const views = await recording.result();
    expect(views.map(({ tone }) => tone)).toEqual(['running', 'healthy']);
    expect(JSON.stringify(views[0])).toContain('done: imap-service at hq');
    expect(JSON.stringify(views[0])).toContain('awaited: smtp-service at hq');
    expect(await store.pens.lift(plan.run)).toBe(false);
  });
});

it('waits as long as the platform asks, else longer each time up to five minutes', () => {
  expect(replyBackoff(1, 'custom', new MessengerBusyError('429', 7_000))).toBeGreaterThanOrEqual(7_000);
  for (const [attempt, least, most] of [
    [1, 750, 1_250],
    [3, 3_000, 5_000],
    [50, 225_000, 375_000],
  ] as const) {
    const waits = replyBackoff(attempt, 'custom', new Error('down'));
    expect(waits).toBeGreaterThanOrEqual(least);
    expect(waits).toBeLessThanOrEqual(most);
  }
});
