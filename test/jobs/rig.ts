import { afterAll, afterEach, beforeAll } from 'vitest';
import { makeFollow } from '../../jobs/follow.js';
import type { ProbeWork } from '../../jobs/probe/process.js';
import { siteWorker } from '../../jobs/site-worker.js';
import { hubWorkers } from '../../jobs/workers.js';
import { makePlan, type PlanWishes } from '../../src/diagnosis/plan.js';
import { RunId, SiteId } from '../../src/domain/ids.js';
import type { Plan } from '../../src/domain/plan.js';
import type { ReplyAddress } from '../../src/domain/request.js';
import { Site } from '../../src/domain/target.js';
import type { Messenger } from '../../src/intake/ports.js';
import { defineProbe, type Probe } from '../../src/probes/probe.js';
import { defineRule, healthy, type Rule } from '../../src/rules/rule.js';
import type { Party } from '../../src/signing/signed.js';
import { memoryStore } from '../../src/store/memory/memory-store.js';
import type { View } from '../../src/view/view.js';
import { mailTarget } from '../support/build.js';
import { patientSubmit } from '../support/patient-submit.js';
import { redisForTests, type TestRedis } from '../support/redis.js';
import { signingOf } from '../support/signing.js';

/* The jobs of a bot and of one site on a real Redis, with a messenger that only notes what is said. */
const clock = { now: Date.now };
export const hq = Site.parse({ id: 'hq', vantages: ['uccx-side', 'agent-side'] });
export const target = mailTarget({ id: 'prod' });
export const to: ReplyAddress = { platform: 'test', handle: 'channel' };
export const rule = defineRule({
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

export let redis: TestRedis;
export const closing: (() => Promise<void>)[] = [];
/** To be called once by each file: its own Redis, emptied after each test. Files share this module, and hooks belong to a file. */
export const usesRedis = (): void => {
  beforeAll(async () => {
    redis = await redisForTests();
  });
  afterAll(() => redis.stop());
  afterEach(async () => {
    for (const close of closing.splice(0).reverse()) await close();
    await (await redis.connect()).flushall();
  });
};

/** Notes what is said; `failing` are thrown by the next edits, one each. */
export const recorder = (failing: Error[] = []) => {
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

export const probeOf = (run: Probe['run'], more: Partial<Probe> = {}): Probe => ({
  ...defineProbe({
    id: 'imap-service',
    for: 'uccx-mail',
    leg: 'imap',
    from: ['uccx-side'],
    impact: 'touch',
    includes: [],
    budgetMs: 60_000,
    yields: [],
    run: async () => {},
  }),
  run,
  ...more,
});
export const greets = (runs: string[] = []) =>
  probeOf(async look => {
    runs.push('run');
    look.observe('imap-greeting', { outcome: 'ok', text: 'hello', tookMs: 1 });
  });

export const planOf = (
  run: string,
  probes: readonly Probe[],
  deadlineMs = 120_000,
  more: Partial<PlanWishes> = {},
): Plan =>
  makePlan({
    run: RunId.parse(run),
    at: new Date().toISOString(),
    targets: [target],
    sites: [hq],
    cards: probes,
    only: [],
    loginAnyway: false,
    deadlineMs,
    ...more,
  });

/** What the worker of a site needs. */
export const siteDeps = async (site: Party = 'site-hq') => ({
  connection: await redis.connect('worker'),
  onError: () => {},
  signing: signingOf(site),
});

export const start = async (
  messenger: Messenger,
  probes: readonly Probe[],
  {
    worker = true,
    rules = [rule],
    siteAheadMs = 0,
    onError = () => {},
  }: {
    worker?: boolean;
    rules?: readonly Rule[];
    siteAheadMs?: number;
    onError?: (error: unknown) => void;
  } = {},
) => {
  const store = memoryStore(clock);
  const hub = hubWorkers(
    { connection: await redis.connect('worker'), onError, signing: signingOf('bot') },
    {
      clock,
      targets: [target],
      rules,
      history: store.history,
      claims: store.claims,
      stops: store.stops,
      pens: store.pens,
      messenger: () => messenger,
      onCrash: onError,
      onFault: onError,
    },
  );
  const siteWork: ProbeWork = {
    site: hq.id,
    probes,
    targets: [target],
    slots: store.slots,
    stops: store.stops,
    claims: store.claims,
    waitMs: 60_000,
    clock: { now: () => Date.now() + siteAheadMs },
    onCrash: onError,
    login: async () => ({ is: 'withheld', why: 'secret-missing', says: 'none' }),
  };
  const site = worker ? siteWorker(await siteDeps(), hq.id, siteWork) : null;
  const { submit, close } = patientSubmit(await redis.connect(), onError);
  const connection = await redis.connect('worker');
  const follow = makeFollow({
    connect: () => connection.duplicate(),
    sites: [SiteId.parse('hq')],
    messenger: () => messenger,
    pens: store.pens,
    onError,
    signing: signingOf('bot'),
  });
  await follow.ready();
  closing.push(async () => {
    await Promise.all([hub.close(), site?.close(), follow.close(), close()]);
  });
  /** `claims`: as the intake does, what is to be looked at is held first. */
  const ask = async (plan: Plan, { claims = true }: { claims?: boolean } = {}) => {
    const holder = { run: plan.run, since: plan.at, link: null };
    if (claims) for (const each of plan.targets) await store.claims.take(each.target, holder, 60_000);
    await submit(
      {
        run: plan.run,
        at: plan.at,
        by: { platform: 'test', user: 'U', groups: [], channel: null },
        to,
        wants: { do: 'check', targets: [], only: [], loginAnyway: false, deep: false, loop: false },
      },
      plan,
    );
  };
  return { ask, store, follow: follow.follow, siteWork };
};
