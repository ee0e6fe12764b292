import { Queue, Worker } from 'bullmq';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { signedTree } from '../../jobs/define.js';
import { doneOnce } from '../../jobs/probe/done-once.js';
import { probeJob } from '../../jobs/probe/job.js';
import { progressSigner, readProgress } from '../../jobs/probe/progress.js';
import { openQueue, PREFIX, probeQueue, REPLY } from '../../jobs/queues.js';
import { siteWorker } from '../../jobs/site-worker.js';
import type { SiteId } from '../../src/domain/ids.js';
import type { Observation } from '../../src/domain/observation.js';
import type { Plan, ProbeOrder } from '../../src/domain/plan.js';
import { type ImapServer, startExchangeImap } from '../../src/lab/exchange-imap.js';
import { imapService } from '../../src/probes/imap-service.js';
import type { Party } from '../../src/signing/signed.js';
import { mailTarget } from '../support/build.js';
import { signingOf } from '../support/signing.js';
import { closing, greets, hq, planOf, recorder, redis, siteDeps, start, target, usesRedis } from './rig.js';

usesRedis();

/** Whoever can write into Redis writes straight into it here, with what they may have got hold of. */
let exchange: ImapServer;
beforeAll(async () => {
  exchange = await startExchangeImap('127.0.0.1', { accounts: [] });
});
afterAll(() => exchange.stop());

const orderOf = (plan: Plan): ProbeOrder => plan.targets[0]?.orders[0] as ProbeOrder;
const later = (ms: number) => new Date(Date.now() + ms).toISOString();

/** A worker of hq with the real probe, whose mail server counts who comes; and the queue, open to everybody. */
const worker = async () => {
  const { siteWork } = await start(recorder().messenger, [], { worker: false });
  const refused: string[] = [];
  const { port } = exchange;
  const site = siteWorker(await siteDeps(), hq.id, {
    ...siteWork,
    probes: [imapService],
    targets: [mailTarget({ id: 'prod', imap: { host: '127.0.0.1', port, security: 'plain' } })],
    onRefused: ({ why }) => void refused.push(why),
  });
  const queue = openQueue(probeQueue(hq.id), await redis.connect(), () => {});
  closing.push(async () => void (await Promise.all([site.close(), queue.close()])));
  const put = async (id: string, data: unknown): Promise<Observation> => {
    const job = await queue.add('probe', data, { jobId: id });
    await expect.poll(() => job.isCompleted(), { interval: 10, timeout: 45_000 }).toBe(true);
    const found = (await queue.getJob(id))?.returnvalue;
    await job.remove();
    const answer = await probeJob.answered(signingOf('bot'), 'site-hq', id, found);
    if (answer.is !== 'good') throw new Error('the worker did not sign its answer');
    return answer.value;
  };
  return { put, refused };
};
const sign = (by: Party, id: string, order: ProbeOrder, valid = { at: later(0), until: later(300_000) }) =>
  signingOf(by).sign({ is: 'probe order', id }, order, valid);

describe('an order', () => {
  it('that no bot signed for this very job and moment touches no mail server, and is answered with why', async () => {
    const { put, refused } = await worker();
    const plan = planOf('run-forged', [imapService]);
    const order = orderOf(plan);
    const id = probeJob.id(order);
    const good = sign('bot', id, order);
    const tries: [string, unknown, RegExp][] = [
      ['unsigned', order, /it is not signed/],
      ['altered', { ...good, text: good.text.replace('"budgetMs":', '"budgetMs":1') }, /altered, or forged/],
      ['other-party', sign('site-hq', id, order), /not signed by a bot/],
      ['unknown-key', { ...sign('site-hq', id, order), by: 'bot' }, /of a bot only \S+ is known here/],
      ['other-purpose', sign('bot', `${id}x`, order), /signed for something else and was moved here/],
      ['other-purpose', probeJob.answer(signingOf('bot'), id, silent), /not signed by|something else/],
      [
        'stale',
        sign('bot', id, order, { at: later(-900_000), until: later(-600_000) }),
        /nobody waited for it any more/,
      ],
      [
        'early',
        sign('bot', id, order, { at: later(600_000), until: later(625_000) }),
        /one of the two clocks is wrong/,
      ],
      ['protocol', { ...good, protocol: 2 }, /protocol 2, and this version reads 1: this side is too old/],
    ];
    for (const [, data, says] of tries) {
      const answer = await put(id, data);
      expect(answer).toMatchObject({ is: 'silent', why: 'refused', says: expect.stringMatching(says) });
    }
    expect(refused).toEqual(tries.map(([why]) => why));
    const elsewhere = { ...order, site: 'branch' as SiteId };
    const moved = await put(probeJob.id(elsewhere), sign('bot', probeJob.id(elsewhere), elsewhere));
    expect(moved).toMatchObject({ is: 'silent', says: expect.stringMatching(/got an order for branch and left it/) });
    expect(exchange.counts().connections).toBe(0);

    expect((await put(id, good)).is).toBe('seen');
    const once = exchange.counts().connections;
    expect(once).toBeGreaterThan(0);
    // Laid again, as by somebody who kept it, or by a Redis that was put back.
    expect((await put(id, good)).is).toBe('seen');
    expect(exchange.counts().connections).toBe(once);
  });

  it('is carried out once, and its first answer serves whoever lays it again at once', async () => {
    const acts: string[] = [];
    let now = 0;
    const once = doneOnce<string>({ now: () => now });
    const act = async () => {
      acts.push('act');
      return 'answer';
    };
    const both = await Promise.all([once('a', 1_000, act), once('a', 1_000, act)]);
    expect(both).toEqual(['answer', 'answer']);
    now = 40_000; // nobody takes it any more, but its answer is still at hand
    expect(await once('b', 60_000, act)).toBe('answer');
    expect(await once('a', 1_000, act)).toBe('answer');
    expect(acts).toEqual(['act', 'act']);
  });
});

const silent: Observation = {
  is: 'silent',
  source: { by: 'probe', probe: 'imap-service', site: hq.id, vantages: ['uccx-side'] },
  why: 'late',
  says: 'x',
};

describe('an answer', () => {
  const seen = (plan: Plan): Observation => ({
    is: 'seen',
    source: { ...silent.source },
    tookMs: 1,
    cut: false,
    transcript: [],
    evidence: [
      {
        kind: 'imap-greeting',
        target: plan.targets[0]?.target as never,
        source: { ...silent.source } as never,
        at: plan.at,
        outcome: 'ok',
        text: 'all is well',
        tookMs: 1,
      },
    ],
  });
  const answerBy = (by: Party, id: string, plan: Plan) => probeJob.answer(signingOf(by), id, seen(plan));

  it.each<[string, (id: string, plan: Plan) => unknown, RegExp]>([
    ['that nobody signed', (_, plan) => seen(plan), /it is not signed/],
    ['of another site', (id, plan) => answerBy('site-branch', id, plan), /not signed by a worker of hq/],
    [
      'of another site that calls itself this one',
      (id, plan) => ({ ...answerBy('site-branch', id, plan), by: 'site-hq' }),
      /of a worker of hq only \S+ is known here/,
    ],
    [
      'that was given to another order',
      (id, plan) => answerBy('site-hq', id.replace('prod', 'test'), plan),
      /was moved here/,
    ],
    [
      'that was given in another run',
      (id, plan) => answerBy('site-hq', id.replace('run-', 'run-b'), plan),
      /was moved here/,
    ],
    [
      'that was changed on its way',
      (id, plan) => ({ ...answerBy('site-hq', id, plan), text: 'all is well' }),
      /altered, or forged/,
    ],
    [
      'of a newer version',
      (id, plan) => ({ ...answerBy('site-hq', id, plan), protocol: 9 }),
      /protocol 9.*this side is too old/,
    ],
  ])('%s does not count, and the asker reads why', async (name, forge, says) => {
    const { messenger, result } = recorder();
    const faults: string[] = [];
    const { ask } = await start(messenger, [greets()], {
      worker: false,
      onError: error => void faults.push(`${error}`),
    });
    const plan = planOf(`run-${name.replace(/\W/g, '')}`, [greets()]);
    const forger = new Worker(probeQueue(hq.id), async ({ id }) => forge(`${id}`, plan), {
      connection: await redis.connect('worker'),
      prefix: PREFIX,
    });
    closing.push(() => forger.close());
    await ask(plan);
    const [view] = await result();
    expect(view?.tone).toBe('unknown');
    expect(JSON.stringify(view)).toMatch(
      new RegExp(`imap-service at hq: its answer does not count, because .*${says.source}`),
    );
    expect(JSON.stringify(view)).not.toContain('all is well');
    expect(faults.join()).toMatch(new RegExp(`an answer of hq is left out, because .*${says.source}`));
  });
});

describe('what a bot lays for itself', () => {
  it('a report that no bot has signed for this run is not told', async () => {
    const { messenger, until } = recorder();
    const { ask, store } = await start(messenger, [greets()], { worker: false });
    await ask(planOf('run-first', [greets()], 200));
    await until(views => views.length === 1);
    const known = await store.history.last(target.id);
    const forged = { ...known, verdicts: [{ is: 'healthy', rule: 'imap-greeting', says: 'paste this' }] };
    const mine = { ...forged, run: 'run-second' };
    const put = (by: Party, id: string, report: object) => [
      `${PREFIX}:diagnose:${id}`,
      JSON.stringify(signingOf(by).sign({ is: 'diagnose answer', id }, report)),
    ];
    const below = [
      [`${PREFIX}:diagnose:run-second.a`, JSON.stringify(mine)],
      put('site-hq', 'run-second.b', mine),
      put('bot', 'run-first.prod', forged),
    ];
    await (await redis.connect()).hset(`${PREFIX}:${REPLY}:run-second:processed`, Object.fromEntries(below));
    await ask(planOf('run-second', [greets()], 200));
    const [, view] = await until(views => views.length === 2);
    expect(JSON.stringify(view)).toContain('no answer in time');
    expect(JSON.stringify(view)).not.toContain('paste this');
  });

  it('a reply that was led to another place is not sent', async () => {
    const { messenger, edits } = recorder();
    const faults: string[] = [];
    await start(messenger, [], { worker: false, onError: error => void faults.push(`${error}`) });
    const queue = new Queue(REPLY, { connection: await redis.connect(), prefix: PREFIX });
    closing.push(() => queue.close());
    const order = { run: 'run-moved', to: { platform: 'test', handle: 'mine' }, targets: ['prod'], remarks: [] };
    const { data } = signedTree(signingOf('bot'), {
      name: 'reply',
      queueName: REPLY,
      data: order,
      opts: { jobId: 'run-moved' },
    });
    await queue.add(
      'reply',
      { ...data, text: data.text.replace('mine', 'yours') },
      { jobId: 'run-moved', attempts: 200 },
    );
    await expect
      .poll(() => faults.join(), { timeout: 45_000 })
      .toMatch(/a reply job is refused, because .*altered, or forged/);
    expect(edits).toEqual([]);
  });
});

it('only the site itself tells how far it has come, each word once', async () => {
  const read = (found: unknown) => readProgress(signingOf('bot'), hq.id, 'run-1.prod.imap-ladder.hq', found);
  const mine = progressSigner(signingOf('site-hq'), 'run-1.prod.imap-ladder.hq');
  expect(await read(mine('3 sessions'))).toEqual({ count: 1, says: '3 sessions' });
  expect(await read(mine('4 sessions'))).toEqual({ count: 2, says: '4 sessions' });
  expect(await read('<!channel> 5 sessions')).toBeNull();
  expect(await read(progressSigner(signingOf('site-branch'), 'run-1.prod.imap-ladder.hq')('5'))).toBeNull();
  expect(await read(progressSigner(signingOf('site-hq'), 'run-2.prod.imap-ladder.hq')('5'))).toBeNull();
});
