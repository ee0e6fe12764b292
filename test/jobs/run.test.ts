import { describe, expect, it } from 'vitest';
import { DEADLINE, openQueue } from '../../jobs/queues.js';
import { replyBackoff } from '../../jobs/reply/process.js';
import { siteWorker } from '../../jobs/site-worker.js';
import { climbedAccount } from '../../src/domain/ladder.js';
import { type Messenger, MessengerBusyError, MessengerRefusedError } from '../../src/intake/ports.js';
import { climbsOnThisMachine } from '../../src/store/this-machine.js';
import {
  closing,
  greets,
  hq,
  planOf,
  probeOf,
  recorder,
  redis,
  siteDeps,
  start,
  target,
  to,
  usesRedis,
} from './rig.js';

usesRedis();

/** Order and failure of the jobs, with BullMQ on a real Redis. What is thought and said is tested elsewhere. */
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
    expect(JSON.stringify(view)).toContain('smtp-service at hq: broke off by a fault of our own');
    expect(JSON.stringify(view)).toContain('it greets [imap-greeting]');
  });

  it('asks a site with an older version for a probe that it does not have: silence with a reason', async () => {
    const { messenger, result } = recorder();
    const { ask } = await start(messenger, [greets()]);
    const newer = probeOf(async () => {}, { id: 'smtp-service', leg: 'smtp' });
    await ask(planOf('run-older', [greets(), newer]));
    expect(JSON.stringify((await result())[0])).toContain('hq runs an older version that has no smtp-service');
  });

  it('whose order lay for an hour, as after an outage, is not looked at any more', async () => {
    const runs: string[] = [];
    const { messenger, result } = recorder();
    const { ask } = await start(messenger, [greets(runs)], { siteAheadMs: 3_600_000 });
    await ask(planOf('run-stale', [greets()]));
    expect(JSON.stringify((await result())[0])).toContain('lay in the queue until nobody waited for it any more');
    expect(runs).toEqual([]);
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

  it('shows no progress before the time that a busy chat asks for is over', async () => {
    const gates = { second: () => {}, third: () => {} };
    const second = new Promise<void>(open => (gates.second = open));
    const third = new Promise<void>(open => (gates.third = open));
    const recording = recorder();
    const tried: number[] = [];
    const edit: Messenger['edit'] = async (at, view) => {
      if (view.tone === 'running' && tried.push(performance.now()) === 1) {
        gates.second();
        throw new MessengerBusyError('429', 4_000);
      }
      return recording.messenger.edit(at, view);
    };
    const probes = [
      greets(),
      probeOf(() => second, { id: 'smtp-service', leg: 'smtp' }),
      probeOf(() => third, { id: 'smtp-port', leg: 'smtp' }),
    ];
    const { ask, follow } = await start({ ...recording.messenger, edit }, probes);
    const plan = planOf('run-hurried', probes);
    follow(plan, to);
    await ask(plan);
    await recording.progressBegan;
    expect((tried[1] ?? 0) - (tried[0] ?? 0)).toBeGreaterThanOrEqual(3_900);
    gates.third();
    await recording.result();
  });
});

describe('a run that takes something from others', () => {
  const ladderOf = (run: Parameters<typeof probeOf>[0]) =>
    probeOf(run, { id: 'imap-ladder', impact: 'load', budgetMs: 60_000, includes: [] });
  const offer = {
    account: 'shared',
    user: 'contoso\\uccxemail',
    most: 5,
    intervalMs: 250,
    budgetMs: 20_000,
    limit: null,
    keepFree: 2,
    heldAtWork: 54,
  } as const;
  const deepPlan = (run: string, probe: ReturnType<typeof probeOf>) =>
    planOf(run, [greets(), probe], 120_000, { also: ['load'], ladder: offer });

  it('tells how far it has come, has a button to stop it, and is stopped by it across processes', async () => {
    const recording = recorder();
    const heard: string[] = [];
    const ladder = ladderOf(async look => {
      look.progress('3 of at most 5 sessions are open');
      await new Promise<void>(resolve => look.stop.addEventListener('abort', () => resolve()));
      heard.push(String(look.stop.reason));
    });
    const { ask, follow, store } = await start(recording.messenger, [greets(), ladder]);
    const plan = deepPlan('run-deep', ladder);
    follow(plan, to);
    await ask(plan);
    const [running] = await recording.until(views => JSON.stringify(views).includes('3 of at most 5'));
    expect(running?.tone).toBe('running');
    expect(JSON.stringify(recording.edits)).toContain('awaited: imap-ladder at hq: 3 of at most 5 sessions are open');
    expect(running?.actions).toEqual([{ id: 'stop-run-deep', label: 'Stop', command: '/uccx stop run-deep' }]);
    await store.stops.press(plan.run);
    const views = await recording.result();
    expect(heard).toEqual(['somebody pressed «stop»']);
    expect(views.at(-1)?.actions ?? []).toEqual([]);
  });

  it('does not begin when its run no longer holds the target: nobody could stop it, and another may climb', async () => {
    const begun: string[] = [];
    const recording = recorder();
    const ladder = ladderOf(async look => void begun.push(look.ladder?.account ?? 'nothing'));
    const { ask, store } = await start(recording.messenger, [greets(), ladder]);
    const plan = deepPlan('run-unheld', ladder);
    await ask(plan, { claims: false });
    await recording.result();
    await store.claims.take(target.id, { run: 'run-of-another' as never, since: plan.at, link: null }, 60_000);
    await ask(deepPlan('run-beside', ladder), { claims: false });
    await recording.until(views => views.length === 2);
    expect(begun).toEqual([]);
    expect(JSON.stringify(recording.edits)).toContain('imap-ladder at hq: its check no longer holds prod');
  });

  it('does not begin beside another one of its account on the machine of its worker', async () => {
    const begun: string[] = [];
    const recording = recorder();
    const ladder = ladderOf(async look => void begun.push(look.ladder?.account ?? 'nothing'));
    const { ask, siteWork } = await start(recording.messenger, [greets(), ladder], { worker: false });
    const site = siteWorker(await siteDeps(), hq.id, { ...siteWork, climbs: climbsOnThisMachine });
    closing.push(() => site.close());
    const leave = await climbsOnThisMachine.begin(climbedAccount(target, 'shared'));
    await ask(deepPlan('run-one-too-many', ladder));
    await recording.result();
    expect(JSON.stringify(recording.edits)).toContain(
      'somebody else on the machine of hq climbs on the account of prod',
    );
    expect(begun).toEqual([]);
    await leave?.();
    await ask(deepPlan('run-alone', ladder));
    await recording.until(views => views.length === 2);
    expect(begun).toEqual(['shared']);
  });

  it('is told to stop when its run is answered without it', async () => {
    const recording = recorder();
    const heard: string[] = [];
    let beginning = () => {};
    const begun = new Promise<void>(resolve => (beginning = resolve));
    const ladder = ladderOf(async look => {
      beginning();
      await new Promise<void>(resolve => look.stop.addEventListener('abort', () => resolve()));
      heard.push(String(look.stop.reason));
    });
    const { ask, store } = await start(recording.messenger, [greets(), ladder]);
    await ask(deepPlan('run-late', ladder));
    await begun;
    const deadlines = openQueue(DEADLINE, await redis.connect(), () => {});
    closing.push(() => deadlines.close());
    const [deadline] = await deadlines.getDelayed();
    await deadline?.promote();
    await recording.result();
    await expect.poll(() => heard).toHaveLength(1);
    expect(await store.claims.holder(target.id)).toBeNull();
  });

  it('ends as soon as its worker is told to end, and its answer still comes', async () => {
    const recording = recorder();
    let beginning = () => {};
    const begun = new Promise<void>(resolve => (beginning = resolve));
    const ladder = ladderOf(async look => {
      beginning();
      await new Promise<void>(resolve => look.stop.addEventListener('abort', () => resolve()));
      look.observe('imap-greeting', { outcome: 'ok', text: String(look.stop.reason), tookMs: 1 });
    });
    const { ask, siteWork } = await start(recording.messenger, [], { worker: false });
    const site = siteWorker(await siteDeps(), hq.id, { ...siteWork, probes: [ladder] });
    await ask(planOf('run-shutdown', [ladder], 120_000, { also: ['load'], ladder: offer }));
    await begun;
    const closingAt = performance.now();
    await site.close();
    expect(performance.now() - closingAt).toBeLessThan(15_000); // its budget would end it after twenty
    expect((await recording.result()).at(-1)?.tone).toBe('healthy');
  });

  it('gets no more time than was agreed to, however long its probe may take', async () => {
    const given: number[] = [];
    const recording = recorder();
    const ladder = ladderOf(async look => void given.push(look.leftMs()));
    const { ask } = await start(recording.messenger, [ladder]);
    await ask(planOf('run-budget', [ladder], 20_000, { also: ['load'], ladder: offer }));
    await recording.result();
    expect(given[0]).toBeGreaterThan(19_000);
    expect(given[0]).toBeLessThanOrEqual(20_000);
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
