import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { RunId } from '../../src/domain/ids.js';
import { redisForTests, type TestRedis } from '../support/redis.js';
import { twinsOf } from './twins.js';

/** What was acknowledged and not answered, as two bots see it, of which one may be gone. */
let redis: TestRedis;
beforeAll(async () => {
  redis = await redisForTests();
});
afterAll(() => redis.stop());

const twins = twinsOf(
  () => redis,
  store => store,
);

const run = RunId.parse('sla-question');
const question = { run, platform: 'slack', heard: { text: 'check branch', list: [], none: null } };
const soon = { interval: 10 };
/** Nobody is gone as long as a test lasts, or everybody at once. */
const [never, atOnce] = [{ ownerGoneMs: 600_000 }, { ownerGoneMs: 1 }];

describe.each(twins)('an inbox $name', ({ open }) => {
  it('gives nobody what another one has who lives', async () => {
    const [a, b] = await open(never);
    await a.inbox.adopt('a');
    expect(await a.inbox.put('a', question)).toBe(true);
    expect(await b.inbox.adopt('b')).toEqual([]);
    expect(await b.inbox.put('b', question)).toBe(false);
  });

  it('gives what somebody left who is gone, as it was heard, with the message that stands there', async () => {
    const [a, b] = await open(atOnce);
    await a.inbox.put('a', question);
    const at = { platform: 'slack', handle: { channel: 'C1', message: '1.2' } };
    await a.inbox.note(run, at);
    await expect.poll(() => b.inbox.adopt('b'), soon).toEqual([{ ...question, at }]);
  });

  it('gives it to one of those who look at the same time', async () => {
    const [a, b] = await open(never);
    await a.inbox.put('gone', question);
    const given = await Promise.all([a.inbox.adopt('a'), b.inbox.adopt('b')]);
    expect(given.flat()).toEqual([{ ...question, at: null }]);
  });

  it('gives an owner again what is theirs, until they drop it; nobody else can', async () => {
    const [a, b] = await open(never);
    await a.inbox.put('a', question);
    await b.inbox.drop('b', run);
    expect(await a.inbox.adopt('a')).toHaveLength(1);
    await a.inbox.drop('a', run);
    expect(await a.inbox.adopt('a')).toEqual([]);
  });

  it('gives up what several have ended over', async () => {
    const [a] = await open({ ...atOnce, inboxTries: 2 });
    await a.inbox.put('gone', question);
    for (const heir of ['first', 'second']) {
      // Until the one before counts as gone.
      await expect.poll(async () => (await a.inbox.adopt(heir)).length, soon).toBe(1);
    }
    let given = 1;
    await expect
      .poll(async () => {
        given = (await a.inbox.adopt('third')).length;
        return a.inbox.put('probe', question);
      }, soon)
      .toBe(true);
    expect(given).toBe(0);
  });

  it('lets a run begin anew that was begun and not kept', async () => {
    const [a, b] = await open();
    await a.runs.begin(run);
    expect([await b.runs.begin(run), await b.runs.resume(run), await b.runs.begin(run)]).toEqual([false, true, true]);
    await b.runs.keep(run);
    expect([await a.runs.resume(run), await a.runs.begin(run)]).toEqual([false, false]);
  });
});
