import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { RunId, TargetId } from '../../src/domain/ids.js';
import { Report } from '../../src/domain/report.js';
import type { Holder } from '../../src/intake/ports.js';
import { fileHistory } from '../../src/store/file/history.js';
import { fileLoginMemory } from '../../src/store/file/login-memory.js';
import { memoryStore } from '../../src/store/memory/memory-store.js';
import type { Store } from '../../src/store/store.js';
import { redisForTests, type TestRedis } from '../support/redis.js';
import { type Twin, twinsOf } from './twins.js';

/**
 * One store, as two processes of ours see it. In memory there is only one process, so both are the same.
 * Times are real and short: what runs out is waited for by asking.
 */
let redis: TestRedis;
beforeAll(async () => {
  redis = await redisForTests();
});
afterAll(() => redis.stop());

const twins = twinsOf(
  () => redis,
  store => store,
);

const run = (n: number) => RunId.parse(`run-${String(n).padStart(4, '0')}`);
const target = TargetId.parse('branch');
const other = TargetId.parse('paris');
const holder = (n: number, link: string | null = null): Holder => ({
  run: run(n),
  since: '2026-11-21T08:00:00.000Z',
  link,
});
const AT = '2026-11-21T08:00:00.000Z';
const forever = new AbortController().signal;
const soon = { interval: 10 };
/**
 * That something was held is told by how long it took to become free: a look in between would come too late on a machine that stands
 * still for a moment. The clocks of two processes may differ by a tick.
 */
const stopwatch = () => {
  const began = performance.now();
  return () => Math.ceil(performance.now() - began) + 1;
};

describe.each(twins)('runs $name', ({ open }) => {
  it('begin once, however many begin at once', async () => {
    const [a, b] = await open();
    const begun = await Promise.all([a, b, a, b, a].map(({ runs }) => runs.begin(run(1))));
    expect(begun.filter(Boolean)).toHaveLength(1);
    expect(await b.runs.begin(run(2))).toBe(true);
  });

  it('may begin anew when the first died before it kept its run, and not after', async () => {
    const [a, b] = await open({ beginMs: 300, keepMs: 60_000 });
    const lasted = stopwatch();
    expect(await a.runs.begin(run(1))).toBe(true);
    await expect.poll(() => b.runs.begin(run(1)), soon).toBe(true);
    expect(lasted()).toBeGreaterThanOrEqual(300);
    await b.runs.keep(run(1));
    await a.runs.begin(run(2));
    // When this later one has run out, the kept one would have too.
    await expect.poll(() => a.runs.begin(run(2)), soon).toBe(true);
    expect(await a.runs.begin(run(1))).toBe(false);
  });
});

describe.each(twins)('rates $name', ({ open }) => {
  it('grant so many at once, whoever asks, and say after how long there is room again', async () => {
    const [a, b] = await open();
    const rate = { what: 'person:1', most: 3, perMs: 600_000 };
    const taken = await Promise.all([a, b, a, b, a].map(({ rates }) => rates.take([rate])));
    expect(taken.filter(each => each === 0)).toHaveLength(3);
    for (const againMs of taken.filter(each => each > 0)) {
      expect(againMs).toBeGreaterThan(100_000);
      expect(againMs).toBeLessThanOrEqual(200_000);
    }
    expect(await a.rates.take([{ ...rate, what: 'person:2' }])).toBe(0);
  });

  it('count nothing where one of them has no room, and grant anew when time has passed', async () => {
    const [a, b] = await open();
    const [full, free] = [
      { what: 'channel:1', most: 1, perMs: 600_000 },
      { what: 'person:1', most: 1, perMs: 600_000 },
    ];
    expect(await a.rates.take([full])).toBe(0);
    expect(await b.rates.take([free, full])).toBeGreaterThan(0);
    expect(await b.rates.take([free])).toBe(0);
    const short = { what: 'short', most: 1, perMs: 30 };
    await a.rates.take([short]);
    await expect.poll(() => b.rates.take([short]), soon).toBe(0);
  });
});

describe.each(twins)('claims $name', ({ open }) => {
  it('are held by one run at a time, and tell by which', async () => {
    const [a, b] = await open();
    const taken = await Promise.all([1, 2, 3, 4].map(n => (n % 2 ? a : b).claims.take(target, holder(n), 60_000)));
    const winner = taken.findIndex(each => each.is === 'taken') + 1;
    expect(taken.filter(each => each.is === 'taken')).toHaveLength(1);
    for (const each of taken) if (each.is === 'held') expect(each.by).toEqual(holder(winner));
    expect(await b.claims.take(other, holder(9), 60_000)).toEqual({ is: 'taken' });
  });

  it('tell where the running check is answered, once it is known; a stranger cannot say so', async () => {
    const [a, b] = await open();
    await a.claims.take(target, holder(1), 60_000);
    await b.claims.locate(target, run(2), 'https://chat.example.org/wrong');
    expect(await b.claims.take(target, holder(2), 60_000)).toEqual({ is: 'held', by: holder(1) });
    await a.claims.locate(target, run(1), 'https://chat.example.org/1');
    expect(await b.claims.take(target, holder(2), 60_000)).toEqual({
      is: 'held',
      by: holder(1, 'https://chat.example.org/1'),
    });
  });

  it('may be taken again by the same run, which keeps since when and where', async () => {
    const [a, b] = await open();
    await a.claims.take(target, holder(1, 'https://chat.example.org/1'), 60_000);
    const again = { ...holder(1), since: '2026-11-21T09:00:00.000Z' };
    expect(await b.claims.take(target, again, 60_000)).toEqual({ is: 'taken' });
    expect(await b.claims.take(target, holder(2), 60_000)).toEqual({
      is: 'held',
      by: holder(1, 'https://chat.example.org/1'),
    });
  });

  it('end with their run and not with another', async () => {
    const [a, b] = await open();
    await a.claims.take(target, holder(1), 60_000);
    await b.claims.release(target, run(2));
    expect((await b.claims.take(target, holder(2), 60_000)).is).toBe('held');
    await a.claims.release(target, run(1));
    expect((await b.claims.take(target, holder(2), 60_000)).is).toBe('taken');
  });

  it('end by themselves', async () => {
    const [a, b] = await open();
    const lasted = stopwatch();
    await a.claims.take(target, holder(1), 60);
    await expect.poll(async () => (await b.claims.take(target, holder(2), 60_000)).is, soon).toBe('taken');
    expect(lasted()).toBeGreaterThanOrEqual(60);
    // Locating or releasing what ran out changes nothing.
    await a.claims.locate(target, run(1), 'https://chat.example.org/late');
    await a.claims.release(target, run(1));
    expect(await a.claims.take(target, holder(3), 60)).toEqual({ is: 'held', by: holder(2) });
  });
});

describe.each(twins)('pens $name', ({ open }) => {
  it('are in one hand', async () => {
    const [a, b] = await open();
    const lifted = await Promise.all([a, b, a, b].map(({ pens }) => pens.lift(run(1))));
    expect(lifted.filter(Boolean)).toHaveLength(1);
    expect(await b.pens.lift(run(2))).toBe(true);
  });

  it('can be lifted after they were laid', async () => {
    const [a, b] = await open();
    await a.pens.lift(run(1));
    await a.pens.lay(run(1));
    expect(await b.pens.lift(run(1))).toBe(true);
    expect(await a.pens.lift(run(1))).toBe(false);
  });

  it('are let go by a writer that died', async () => {
    const [a, b] = await open({ penMs: 60 });
    await a.pens.lift(run(1));
    await expect.poll(() => b.pens.lift(run(1)), soon).toBe(true);
  });

  it('are kept for good by the result, which waits for who writes and lets nobody in before it', async () => {
    const [a, b] = await open();
    await a.pens.lift(run(1));
    const order: string[] = [];
    const sealed = b.pens.seal(run(1)).then(() => order.push('sealed'));
    await expect.poll(() => b.pens.lift(run(1)), soon).toBe(false);
    order.push('laid');
    await a.pens.lay(run(1));
    await sealed;
    expect(order).toEqual(['laid', 'sealed']);
    expect(await a.pens.lift(run(1))).toBe(false);
    await a.pens.lay(run(1));
    expect(await b.pens.lift(run(1))).toBe(false);
    await a.pens.seal(run(1));
  });

  it('are sealed although a writer died', async () => {
    const [a, b] = await open({ penMs: 60 });
    await a.pens.lift(run(1));
    await b.pens.seal(run(1));
    expect(await a.pens.lift(run(1))).toBe(false);
  });
});

describe.each(twins)('slots $name', ({ open }) => {
  it('hold two at once for one target, and do not mix targets', async () => {
    const [a, b] = await open();
    let [inside, most] = [0, 0];
    const visits = Array.from({ length: 10 }, async (_, n) => {
      const release = await (n % 2 ? a : b).slots.hold(target, 60_000, forever);
      most = Math.max(most, ++inside);
      await new Promise(resolve => setTimeout(resolve, 5));
      inside--;
      await release();
    });
    const elsewhere = await a.slots.hold(other, 60_000, forever);
    await Promise.all(visits);
    await elsewhere();
    expect([inside, most]).toEqual([0, 2]);
  });

  it('go to who came first', async () => {
    const [a, b] = await open();
    const held = [await a.slots.hold(target, 60_000, forever), await b.slots.hold(target, 60_000, forever)];
    const order: number[] = [];
    const waiting: Promise<void>[] = [];
    for (const n of [1, 2, 3, 4]) {
      waiting.push(
        (n % 2 ? a : b).slots.hold(target, 60_000, forever).then(async release => {
          order.push(n);
          await release();
        }),
      );
      // The next one comes when this one stands in the queue: its first question has been answered.
      await a.claims.take(other, holder(1), 60_000);
      await b.claims.take(other, holder(1), 60_000);
    }
    await held[0]?.();
    await Promise.all(waiting);
    await held[1]?.();
    expect(order).toEqual([1, 2, 3, 4]);
  });

  it('are let go by a holder that died', async () => {
    const [a, b] = await open({ slots: 1 });
    await a.slots.hold(target, 80, forever);
    await (await b.slots.hold(target, 60_000, forever))();
  });

  it('end the wait with the signal, and who gave up stands in nobody’s way', async () => {
    const [a, b] = await open({ slots: 1 });
    const release = await a.slots.hold(target, 60_000, forever);
    const impatient = new AbortController();
    const gaveUp = expect(b.slots.hold(target, 60_000, impatient.signal)).rejects.toThrow('out of budget');
    const patient = a.slots.hold(target, 60_000, forever);
    impatient.abort(new Error('out of budget'));
    await gaveUp;
    await release();
    await (await patient)();
    await expect(a.slots.hold(target, 60_000, impatient.signal)).rejects.toThrow('out of budget');
  });

  it('are given back once, however often that is said', async () => {
    const [a, b] = await open({ slots: 1 });
    const first = await a.slots.hold(target, 60_000, forever);
    await first();
    await b.slots.hold(target, 60_000, forever);
    await first();
    await expect(a.slots.hold(target, 60_000, AbortSignal.timeout(150))).rejects.toThrow();
  });
});

/** Logins alone: what the command line remembers from one run of cron to the next. */
const inFolder: Twin<Store> = {
  name: 'in a folder',
  open: async (limits = {}) => {
    const clock = { now: Date.now };
    const folder = await mkdtemp(join(tmpdir(), 'logins-'));
    folders.push(folder);
    const process = () => ({ ...memoryStore(clock, limits), logins: fileLoginMemory({ folder, clock, limits }) });
    return [process(), process()];
  },
};
const folders: string[] = [];
afterAll(() => Promise.all(folders.map(folder => rm(folder, { recursive: true, force: true }))));

describe.each([...twins, inFolder])('logins $name', ({ open }) => {
  const account = 'corp\\ccx-mail';

  it('are tried by one worker at a time, whatever the secret and whoever insists', async () => {
    const [a, b] = await open();
    const begun = await Promise.all([a, b, a, b].map(({ logins }) => logins.begin(account, 'aaaa', false)));
    expect(begun.filter(each => each.is === 'free')).toHaveLength(1);
    expect(begun.filter(each => each.is === 'running')).toHaveLength(3);
    expect(await b.logins.begin(account, 'bbbb', false)).toEqual({ is: 'running' });
    expect(await b.logins.begin(account, 'aaaa', true)).toEqual({ is: 'running' });
    expect(await b.logins.begin('corp\\other', 'aaaa', false)).toEqual({ is: 'free' });
  });

  it.each(['accepted', 'not-sent'] as const)('are free again after one that was %s', async outcome => {
    const [a, b] = await open();
    await a.logins.begin(account, 'aaaa', false);
    await a.logins.settle(account, 'aaaa', outcome, AT);
    expect(await b.logins.begin(account, 'aaaa', false)).toEqual({ is: 'free' });
  });

  it('are kept from a secret that was refused, for every worker, and say since when', async () => {
    const [a, b] = await open();
    await a.logins.begin(account, 'aaaa', false);
    await a.logins.settle(account, 'aaaa', 'refused', AT);
    for (const { logins } of [a, b, a])
      expect(await logins.begin(account, 'aaaa', false)).toEqual({ is: 'refused', at: AT });
  });

  it('are free for another secret, and the refused one stays refused: one site may still have it', async () => {
    const [a, b] = await open();
    await a.logins.begin(account, 'aaaa', false);
    await a.logins.settle(account, 'aaaa', 'refused', AT);
    expect(await b.logins.begin(account, 'bbbb', false)).toEqual({ is: 'free' });
    await b.logins.settle(account, 'bbbb', 'accepted', AT);
    expect(await a.logins.begin(account, 'aaaa', false)).toEqual({ is: 'refused', at: AT });
  });

  it('are tried once more when an operator insists; a password that was not sent changes nothing, an accepted one all', async () => {
    const [a, b] = await open();
    await a.logins.begin(account, 'aaaa', false);
    await a.logins.settle(account, 'aaaa', 'refused', AT);
    expect(await b.logins.begin(account, 'aaaa', true)).toEqual({ is: 'free' });
    await b.logins.settle(account, 'aaaa', 'not-sent', AT);
    expect(await a.logins.begin(account, 'aaaa', false)).toEqual({ is: 'refused', at: AT });
    expect(await a.logins.begin(account, 'aaaa', true)).toEqual({ is: 'free' });
    await a.logins.settle(account, 'aaaa', 'accepted', AT);
    expect(await b.logins.begin(account, 'aaaa', false)).toEqual({ is: 'free' });
  });

  it('whose worker died are withheld from everybody for a while, and then from the secret that it may have sent', async () => {
    const [a, b] = await open({ runningMs: 300 });
    const lasted = stopwatch();
    await a.logins.begin(account, 'aaaa', false);
    const unheard = { is: 'unheard', at: expect.stringMatching(/^20\d\d-/) };
    await expect.poll(() => b.logins.begin(account, 'aaaa', false), soon).toEqual(unheard);
    expect(lasted()).toBeGreaterThanOrEqual(300);
    expect(await a.logins.begin(account, 'bbbb', false)).toEqual({ is: 'free' });
    await a.logins.settle(account, 'bbbb', 'accepted', AT);
    expect(await a.logins.begin(account, 'aaaa', false)).toEqual(unheard);
    // An operator who insists, and a login that never left: the old doubt stays.
    expect(await b.logins.begin(account, 'aaaa', true)).toEqual({ is: 'free' });
    await b.logins.settle(account, 'aaaa', 'not-sent', AT);
    expect(await a.logins.begin(account, 'aaaa', false)).toEqual(unheard);
    expect(await b.logins.begin(account, 'aaaa', true)).toEqual({ is: 'free' });
    await b.logins.settle(account, 'aaaa', 'accepted', AT);
    expect(await a.logins.begin(account, 'aaaa', false)).toEqual({ is: 'free' });
  });

  it('that ended unheard keep their secret from being sent again, and no other', async () => {
    const [a, b] = await open();
    await a.logins.begin(account, 'aaaa', false);
    await a.logins.settle(account, 'aaaa', 'unheard', AT);
    expect(await b.logins.begin(account, 'aaaa', false)).toEqual({ is: 'unheard', at: AT });
    expect(await b.logins.begin(account, 'bbbb', false)).toEqual({ is: 'free' });
  });

  it('that ended unheard count for a while, as refused ones do not', async () => {
    const [a, b] = await open({ unheardLoginMs: 400, runningMs: 100 });
    await a.logins.begin('heard', 'aaaa', false);
    await a.logins.settle('heard', 'aaaa', 'refused', AT);
    await a.logins.begin(account, 'aaaa', false);
    const lasted = stopwatch();
    await a.logins.settle(account, 'aaaa', 'unheard', AT);
    await a.logins.begin('killed', 'aaaa', false);
    await expect.poll(() => b.logins.begin(account, 'aaaa', false), soon).toEqual({ is: 'free' });
    expect(lasted()).toBeGreaterThanOrEqual(400);
    await expect.poll(() => b.logins.begin('killed', 'aaaa', false), soon).toEqual({ is: 'free' });
    expect(await b.logins.begin('heard', 'aaaa', false)).toEqual({ is: 'refused', at: AT });
  });

  it('that ended unheard after an operator insisted leave a refusal what it was: a server has said so', async () => {
    const [a, b] = await open();
    await a.logins.begin(account, 'aaaa', false);
    await a.logins.settle(account, 'aaaa', 'refused', AT);
    await a.logins.begin(account, 'aaaa', true);
    await a.logins.settle(account, 'aaaa', 'unheard', AT);
    expect(await b.logins.begin(account, 'aaaa', false)).toEqual({ is: 'refused', at: AT });
  });

  it('that ended with «not now» leave the account alone for a while, and are free then', async () => {
    const [a, b] = await open({ runningMs: 300 });
    const lasted = stopwatch();
    await a.logins.begin(account, 'aaaa', false);
    await a.logins.settle(account, 'aaaa', 'not-now', AT);
    await expect.poll(() => b.logins.begin(account, 'bbbb', false), soon).toEqual({ is: 'free' });
    expect(lasted()).toBeGreaterThanOrEqual(300);
    await b.logins.settle(account, 'bbbb', 'accepted', AT);
    expect(await a.logins.begin(account, 'aaaa', false)).toEqual({ is: 'free' });
  });

  it('that are settled late do not end the attempt of another', async () => {
    const [a, b] = await open({ runningMs: 300 });
    await a.logins.begin(account, 'aaaa', false);
    let lasted = stopwatch();
    const another = () => {
      lasted = stopwatch();
      return b.logins.begin(account, 'bbbb', false);
    };
    await expect.poll(another, soon).toEqual({ is: 'free' });
    await a.logins.settle(account, 'aaaa', 'refused', AT);
    await expect.poll(() => a.logins.begin(account, 'cccc', false), soon).toEqual({ is: 'free' });
    expect(lasted()).toBeGreaterThanOrEqual(300);
  });
});

/** History alone: what the command line keeps of the checks of cron. */
const historyInFolder: Twin<Store> = {
  name: 'in a folder',
  open: async (limits = {}) => {
    const folder = await mkdtemp(join(tmpdir(), 'history-'));
    folders.push(folder);
    const process = () => ({
      ...memoryStore({ now: Date.now }, limits),
      history: fileHistory({ folder, say: () => {} }, limits),
    });
    return [process(), process()];
  },
};

describe.each([...twins, historyInFolder])('history $name', ({ open }) => {
  const report = (n: number, finishedAt: string, of = target): Report => ({
    schema: 1,
    run: run(n),
    target: of,
    startedAt: '2026-11-21T07:59:00.000Z',
    finishedAt,
    plan: { target: of, orders: [], uncovered: [], leftOut: [`of ${n}`], legs: ['imap'] },
    verdicts: [{ is: 'healthy', rule: 'imap-greeting', says: 'it greets' }],
    observations: [],
  });
  const broken = (n: number, finishedAt: string): Report => ({
    ...report(n, finishedAt),
    verdicts: [
      {
        is: 'problem',
        rule: 'imap-port',
        findings: [
          {
            rule: 'imap-port',
            severity: 'critical',
            certainty: 'proven',
            says: 'closed',
            because: ['refused'],
            asks: [],
            remedies: [],
          },
        ],
      },
    ],
  });
  const minutesLater = (minutes: number, from = '2026-11-21T00:00:00.000Z') =>
    new Date(Date.parse(from) + minutes * 60_000).toISOString();
  const EVER = ['2020-01-01T00:00:00.000Z', '2029-01-01T00:00:00.000Z'] as const;
  const at = (minute: number) => `2026-11-21T08:${String(minute).padStart(2, '0')}:00.000Z`;

  it('gives back the report that finished last, whole, for each target', async () => {
    const [a, b] = await open();
    expect(await a.history.last(target)).toBeNull();
    for (const n of [2, 3, 1]) await a.history.put(report(n, at(n)));
    await b.history.put(report(9, at(9), other));
    expect(await b.history.last(target)).toEqual(report(3, at(3)));
    expect(Report.parse(await a.history.last(other))).toEqual(report(9, at(9), other));
  });

  it('keeps a run of a target once: the same run again takes the place of the first', async () => {
    const [a, b] = await open({ historyCount: 2 });
    await a.history.put(report(1, at(1)));
    for (let times = 0; times < 3; times++) await b.history.put(report(2, at(2)));
    await b.history.put({ ...report(2, at(2)), verdicts: [] });
    expect((await a.history.last(target))?.verdicts).toEqual([]);
  });

  it('gives nobody a handle on what is kept', async () => {
    const [a] = await open();
    const mine = report(1, at(1));
    await a.history.put(mine);
    mine.plan.leftOut.push('changed later');
    (await a.history.last(target))?.plan.leftOut.push('changed by a reader');
    expect(await a.history.last(target)).toEqual(report(1, at(1)));
  });

  it('keeps a row of each look, in order of time, once for each run, and gives those that touch a time', async () => {
    const [a, b] = await open();
    expect(await a.history.rows(target, ...EVER)).toEqual([]);
    for (const n of [2, 1, 3]) await (n % 2 ? a : b).history.put(report(n, at(n)));
    await b.history.put(broken(2, at(2)));
    await b.history.put(report(9, at(9), other));
    const rows = await a.history.rows(target, ...EVER);
    expect(rows.map(row => [row.at, row.until, row.looks, row.run, row.state, row.severity, row.rules])).toEqual([
      [at(1), at(1), 1, run(1), 'healthy', null, []],
      [at(2), at(2), 1, run(2), 'problem', 'critical', ['imap-port']],
      [at(3), at(3), 1, run(3), 'healthy', null, []],
    ]);
    expect((await b.history.rows(target, at(2), at(3))).map(row => row.run)).toEqual([run(2)]);
  });

  it('takes a run that ends again on the other side of midnight for the same', async () => {
    const [a, b] = await open();
    await a.history.put(report(1, '2026-11-21T23:59:59.900Z'));
    await b.history.put(report(1, '2026-11-22T00:00:00.100Z'));
    expect((await a.history.rows(target, ...EVER)).map(row => row.at)).toEqual(['2026-11-22T00:00:00.100Z']);
  });

  it('thins what is old to hours and days, and loses no change on the way', async () => {
    const [a, b] = await open({ hourlyAfterMs: 0, dailyAfterMs: 86_400_000 });
    const isBroken = (n: number) => n === 31 || n === 32;
    for (let n = 0; n < 60; n++)
      await (n % 2 ? a : b).history.put(isBroken(n) ? broken(n, minutesLater(5 * n)) : report(n, minutesLater(5 * n)));
    const rows = async () =>
      (await b.history.rows(target, ...EVER)).map(row => [row.at.slice(5, 16), row.looks, row.state]);
    expect(await rows()).toHaveLength(60);
    await a.history.put(report(100, minutesLater(24 * 60 + 1)));
    expect(await rows()).toEqual([
      ['11-21T00:00', 12, 'healthy'],
      ['11-21T01:00', 12, 'healthy'],
      ['11-21T02:00', 7, 'healthy'],
      ['11-21T02:35', 2, 'problem'],
      ['11-21T02:45', 3, 'healthy'],
      ['11-21T03:00', 12, 'healthy'],
      ['11-21T04:00', 12, 'healthy'],
      ['11-22T00:01', 1, 'healthy'],
    ]);
    await a.history.put(report(101, minutesLater(2 * 24 * 60 + 1)));
    expect(await rows()).toEqual([
      ['11-21T00:00', 31, 'healthy'],
      ['11-21T02:35', 2, 'problem'],
      ['11-21T02:45', 27, 'healthy'],
      ['11-22T00:01', 1, 'healthy'],
      ['11-23T00:01', 1, 'healthy'],
    ]);
  });

  it('keeps failures longer than successes, and neither for ever', async () => {
    const DAY = 24 * 60;
    const [a, b] = await open({ rowMs: 2 * DAY * 60_000, failureRowMs: 4 * DAY * 60_000 });
    await a.history.put(report(1, minutesLater(0)));
    await a.history.put(broken(2, minutesLater(5)));
    const old = async () => (await b.history.rows(target, minutesLater(0), minutesLater(DAY))).map(row => row.run);
    expect(await old()).toEqual([run(1), run(2)]);
    await b.history.put(report(3, minutesLater(3 * DAY)));
    expect(await old()).toEqual([run(2)]);
    await b.history.put(report(4, minutesLater(5 * DAY)));
    expect(await old()).toEqual([]);
  });

  it('keeps no more rows of a day than told: healthy ones make room for failures', async () => {
    const [a, b] = await open({ rowsPerDay: 4 });
    await a.history.put(broken(0, minutesLater(0)));
    for (let n = 1; n < 8; n++) await b.history.put(report(n, minutesLater(n * 90)));
    const rows = await a.history.rows(target, ...EVER);
    expect(rows.map(row => row.run)).toEqual([run(0), run(5), run(6), run(7)]);
  });

  it('has healthy reports make room for failures, and always keeps the newest', async () => {
    const [a] = await open({ historyCount: 2, healthyReportMs: 86_400_000 });
    await a.history.put(broken(1, at(1)));
    await a.history.put(broken(2, at(2)));
    await a.history.put(report(3, at(3)));
    expect((await a.history.last(target))?.run).toBe(run(3));
    await a.history.put(report(4, at(4)));
    expect((await a.history.last(target))?.run).toBe(run(4));
  });

  it('can be read at any moment while it is thinned', async () => {
    const [a, b] = await open({ hourlyAfterMs: 0 });
    for (let n = 0; n < 24; n++) await a.history.put(report(n, minutesLater(10 * n)));
    const looks = async () =>
      (await b.history.rows(target, minutesLater(0), minutesLater(24 * 60))).reduce((sum, row) => sum + row.looks, 0);
    const [, ...seen] = await Promise.all([
      a.history.put(report(99, minutesLater(25 * 60))),
      ...Array.from({ length: 20 }, looks),
    ]);
    expect(new Set(seen)).toEqual(new Set([24]));
  });
});

describe.each(twins)('conversations $name', ({ open }) => {
  const there = (id: string, seenAt = AT) => ({
    platform: 'teams',
    id,
    handle: { conversation: id, tags: ['ä'] },
    seenAt,
  });

  it('are kept once for each platform and id, refreshed, and dropped', async () => {
    const [a, b] = await open();
    expect(await a.conversations.all('teams')).toEqual([]);
    await a.conversations.put(there('19:one@thread.tacv2'));
    await a.conversations.put(there('19:two@thread.tacv2'));
    await b.conversations.put(there('19:one@thread.tacv2', '2026-11-22T08:00:00.000Z'));
    await b.conversations.put({ ...there('19:one@thread.tacv2'), platform: 'other' });
    const byId = async () => (await b.conversations.all('teams')).sort((x, y) => x.id.localeCompare(y.id));
    expect(await byId()).toEqual([
      there('19:one@thread.tacv2', '2026-11-22T08:00:00.000Z'),
      there('19:two@thread.tacv2'),
    ]);
    await b.conversations.drop('teams', '19:one@thread.tacv2');
    await b.conversations.drop('teams', 'never there');
    expect(await byId()).toEqual([there('19:two@thread.tacv2')]);
    expect(await a.conversations.all('other')).toHaveLength(1);
  });
});

describe.each(twins)('parcels $name', ({ open }) => {
  const parcel = { name: 'uccx-branch.ps1', content: '\ufeff# ä\r\n', user: 'ann' };

  it('are kept byte for byte until they are dropped', async () => {
    const [a, b] = await open();
    await a.parcels.put('one', parcel);
    expect(await b.parcels.get('one')).toEqual(parcel);
    expect(await b.parcels.get('two')).toBeNull();
    await b.parcels.drop('one');
    expect(await a.parcels.get('one')).toBeNull();
  });

  it('end by themselves', async () => {
    const [a, b] = await open({ parcelMs: 80 });
    await a.parcels.put('one', parcel);
    await expect.poll(() => b.parcels.get('one'), soon).toBeNull();
  });
});
