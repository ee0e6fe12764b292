import { Worker } from 'bullmq';
import { describe, expect, it } from 'vitest';
import { probeJob } from '../../jobs/probe/job.js';
import { PREFIX } from '../../jobs/queues.js';
import { siteWorker } from '../../jobs/site-worker.js';
import { getImapSettings } from '../../src/ems/exchange-cmdlets.js';
import { defineRule, problem } from '../../src/rules/rule.js';
import { signingOf } from '../support/signing.js';
import {
  closing,
  greets,
  hq,
  planOf,
  probeOf,
  recorder,
  redis,
  rule,
  siteDeps,
  start,
  target,
  usesRedis,
} from './rig.js';

usesRedis();

/** What crosses Redis is not believed, though it be signed: neither what a site says of another one, nor what cannot be shown. */
const answering = async (answer: unknown) => {
  const worker = new Worker(
    'probe-hq',
    async ({ id }) => signingOf('site-hq').sign({ is: 'probe answer', id: `${id}` }, answer),
    {
      connection: await redis.connect('worker'),
      prefix: PREFIX,
    },
  );
  closing.push(() => worker.close());
};
const smtp = probeOf(async () => {}, { id: 'smtp-service', leg: 'smtp' });
const source = { by: 'probe', probe: 'imap-service', site: 'hq', vantages: ['uccx-side'] };
const greeting = {
  kind: 'imap-greeting',
  target: target.id,
  source,
  at: '2026-11-21T08:00:00.000Z',
  outcome: 'ok',
  text: 'hello',
  tookMs: 1,
};
const seen = { is: 'seen', tookMs: 1, cut: false, transcript: [] };

describe('an answer', () => {
  it('counts for the order that it was given to, and for no other', async () => {
    const { messenger, result } = recorder();
    const { ask } = await start(messenger, [greets(), smtp], { worker: false });
    await answering({ ...seen, source, evidence: [greeting] });
    await ask(planOf('run-forged', [greets(), smtp]));
    const [view] = await result();
    expect(JSON.stringify(view)).toContain('smtp-service at hq: it gave the answer to another order');
    expect(JSON.stringify(view)).toContain('it greets [imap-greeting]');
    expect(view?.headline).toBe('prod: unknown. No problem was seen, but not everything was looked at.');
  });

  it('that names another site is no answer', async () => {
    const { messenger, result } = recorder();
    const { ask } = await start(messenger, [greets()], { worker: false });
    await answering({ ...seen, source: { ...source, site: 'branch' }, evidence: [greeting] });
    await ask(planOf('run-other', [greets()]));
    const [view] = await result();
    expect(view?.tone).toBe('unknown');
    expect(JSON.stringify(view)).toContain('imap-service at hq: it gave the answer to another order');
  });

  it.each([
    ['of another shape', { hello: 'there' }],
    ['with words without end', { is: 'silent', source, why: 'late', says: 'x'.repeat(100_000) }],
    ['with more facts than any probe has', { ...seen, source, evidence: Array.from({ length: 101 }, () => greeting) }],
  ])('%s cannot be read, and the check ends', async (name, answer) => {
    const { messenger, result } = recorder();
    const { ask } = await start(messenger, [greets()], { worker: false });
    await answering(answer);
    await ask(planOf(`run-${name.length}`, [greets()]));
    const [view] = await result();
    expect(JSON.stringify(view)).toContain('imap-service at hq: its answer could not be read');
  });
});

it('a report that cannot be shown is told as a fault of ours, once, instead of nothing', async () => {
  const unprintable = defineRule({
    ...rule,
    for: 'uccx-mail',
    needs: ['imap-greeting'],
    uses: [],
    judge: () =>
      problem({
        severity: 'critical',
        certainty: 'proven',
        says: 'something is wrong',
        because: [],
        asks: [
          {
            says: 'what?',
            steps: [{ do: 'shell', command: getImapSettings('2016', { Server: 'EX\u202e01' }), drops: null }],
          },
        ],
        remedies: [],
      }),
  });
  const { messenger, result } = recorder();
  const { ask } = await start(messenger, [greets()], { rules: [unprintable] });
  await ask(planOf('run-unprintable', [greets()]));
  const [view] = await result();
  expect(view?.headline).toMatch(/fault of our own; the log of the bot tells more under run-unprintable/);
});

it('a target that could not be judged is not left out of the first line', async () => {
  const { messenger, result } = recorder();
  const { ask } = await start(messenger, [greets()]);
  const plan = planOf('run-unjudged', [greets()]);
  const [known] = plan.targets;
  const other = { ...known, target: 'gone', orders: [] } as unknown as (typeof plan.targets)[number];
  await ask({ ...plan, targets: [...plan.targets, other] });
  const [view] = await result();
  expect(view?.headline).toBe('2 targets checked: 1 unknown and 1 healthy.');
  expect(view?.tone).toBe('unknown');
});

it('Redis keeps few events of each queue: they carry whole results', async () => {
  const { messenger, result } = recorder();
  const { ask } = await start(messenger, [greets()]);
  await ask(planOf('run-events', [greets()]));
  await result();
  const connection = await redis.connect();
  const metas = await connection.keys('{uccx}:*:meta');
  expect(metas.map(key => key.split(':')[1]).sort()).toEqual(['deadline', 'diagnose', 'probe-hq', 'reply']);
  for (const meta of metas)
    await expect.poll(() => connection.hget(meta, 'opts.maxLenEvents'), { timeout: 30_000 }).toBe('200');
});

it('an order that a dead worker held is not carried out again by the next one: it may have logged in', async () => {
  const runs: string[] = [];
  const began = { first: () => {} };
  const first = new Promise<void>(done => (began.first = done));
  const hanging = probeOf(async () => {
    runs.push('first');
    began.first();
    await new Promise(() => {});
  });
  const { messenger, result } = recorder();
  const { ask, siteWork } = await start(messenger, [], { worker: false });
  const mortal = await redis.connect('worker');
  siteWorker({ ...(await siteDeps()), connection: mortal }, hq.id, { ...siteWork, probes: [hanging] });
  const plan = planOf('run-stalled', [hanging]);
  await ask(plan);
  await first;
  mortal.disconnect();

  // What BullMQ finds half a minute later: no lock on what it had noted as active.
  const [order] = plan.targets.flatMap(({ orders }) => orders);
  const id = probeJob.id(order as NonNullable<typeof order>);
  const connection = await redis.connect();
  await connection.del(`{uccx}:probe-hq:${id}:lock`, '{uccx}:probe-hq:stalled-check');
  await connection.sadd('{uccx}:probe-hq:stalled', id);
  const next = siteWorker(await siteDeps(), hq.id, {
    ...siteWork,
    probes: [greets(runs)],
  });
  closing.push(() => next.close());
  const [view] = await result();
  expect(JSON.stringify(view)).toContain('imap-service at hq: its worker broke off before it answered');
  expect(runs).toEqual(['first']);
});
