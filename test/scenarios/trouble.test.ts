import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestWhole, type TestWhole } from '../support/whole.js';

/** What breaks around a check, with real processes and a real Redis. */
let test: TestWhole;

const untilConnected = (id: string) =>
  expect.poll(() => test.lab.counters(id).imap?.connections, { interval: 20 }).toBe(1);

describe('with everything in its place', () => {
  beforeAll(async () => {
    test = await startTestWhole({ scenarios: ['slow', 'prod'] });
  });
  afterAll(() => test?.stop());

  it('a worker that is told to stop comes to its end: the answer arrives and every session is logged out', async () => {
    const asked = test.ask('check slow');
    await untilConnected('slow');
    const stopped = test.worker().stop();
    const { view } = await asked;
    await stopped;
    expect(view.tone).toBe('healthy');
    expect(test.lab.counters('slow').imap?.openNow).toBe(0);
    expect(await test.worker().ended).toEqual({ code: 0, signal: null });
    await test.startWorker();
  });

  it('Redis that is gone: the asker reads so while it is gone, and nothing is half done', async () => {
    await test.stopRedis();
    const { view } = await test.ask('check prod');
    expect(view.headline).toMatch(/queue \(Redis\) cannot be reached, so nothing was started/);
    expect(test.lab.counters('prod').imap?.connections).toBe(test.lab.agents('prod')?.open());
    expect((await test.ask('help')).view.headline).toMatch(/I look at the mail path/);
    expect((await test.ask('targets')).text).toContain('history cannot be reached');
  });

  it('Redis that comes back: the bot recovers by itself', async () => {
    await test.startRedis();
    await expect
      .poll(async () => (await test.ask('check prod')).view.tone, { interval: 250, timeout: 120_000 })
      .toBe('healthy');
  });
});

describe('a worker', () => {
  afterAll(() => test?.stop());
  beforeAll(async () => {
    test = await startTestWhole({ scenarios: ['slow', 'prod'], config: { check: { deadlineSec: 10 } } });
  });

  it('that is killed in the middle of a probe: the check ends by its deadline, says who did not answer, and nobody logs in again', async () => {
    const asked = test.ask('check slow');
    await untilConnected('slow');
    process.kill(test.worker().pid, 'SIGKILL');
    const { text, view } = await asked;
    expect(view.tone).toBe('unknown');
    expect(text).toContain('imap-login at hq: no answer in time');
    expect(test.lab.counters('slow').imap?.openNow).toBe(0);
    expect(test.lab.counters('slow').imap?.connections).toBe(1);
  });

  it('that is not there: the deadline gives up for it', async () => {
    expect((await test.worker().ended).signal).toBe('SIGKILL');
    const { text, view } = await test.ask('check prod');
    expect(view.tone).toBe('unknown');
    expect(text).toContain('imap-login at hq: no answer in time');
    expect(test.lab.counters('prod').imap?.connections).toBe(test.lab.agents('prod')?.open());
  });
});
