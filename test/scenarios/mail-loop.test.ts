import { afterEach, describe, expect, it } from 'vitest';
import { startPart } from '../../src/bin/part.js';
import { PROGRAM, startTestWhole, type TestWhole } from '../support/whole.js';

/** The one message that we ever send, through the built program, counted on the servers' side. */
let test: TestWhole;
afterEach(() => test?.stop());

const CUSTOMERS = ['Order 1001', 'Order 1002', 'Order 1003'];
const subjects = (id: string) => (test.lab.inbox(id) ?? []).map(({ header }) => header('subject'));
const smtp = (id: string) => test.lab.counters(id).smtp;
const account = (id: string) => Object.values(test.lab.counters(id).imap?.accounts ?? {})[0];
const until = (taken: number, id: string) =>
  expect.poll(() => smtp(id)?.taken, { interval: 10, timeout: 15_000 }).toBe(taken);

describe('a mail loop', () => {
  it('is made when it was asked for and at no other time, and everybody reads what else may come of it', async () => {
    test = await startTestWhole({ scenarios: ['loop-healthy'] });
    await test.ask('check loop-healthy');
    expect(smtp('loop-healthy')).toMatchObject({ mailFrom: 0, authTried: 0 });
    const { text } = await test.ask('check loop-healthy --loop');
    expect(text.replaceAll(/\s+/g, ' ')).toMatch(
      /removed as soon as it shows; UCCX may present it to an agent before that/,
    );
    expect(smtp('loop-healthy')).toMatchObject({
      mailFrom: 1,
      taken: 1,
      authTried: 1,
      recipients: ['uccx-loop-healthy@contoso.test'],
    });
    expect(account('loop-healthy')).toMatchObject({ tried: 2, openNow: 0, loggedOut: 2 });
    expect(subjects('loop-healthy')).toEqual(CUSTOMERS);
  });

  it('is an operator’s to ask for', async () => {
    const access = [{ role: 'runner', platform: 'console', users: ['local'] }];
    test = await startTestWhole({ scenarios: ['loop-healthy'], config: { access } });
    expect((await test.ask('check loop-healthy --loop')).text).toMatch(/operator/);
    expect(test.lab.counters('loop-healthy')).toMatchObject({ imap: { connections: 0 }, smtp: { connections: 0 } });
  });

  it('leaves one marked message at most when its worker is killed, which the next one removes', async () => {
    test = await startTestWhole({ scenarios: ['loop-healthy'] });
    void test.ask('check loop-healthy --loop').catch(() => {}); // nobody answers before its deadline, which this test does not wait for
    await until(1, 'loop-healthy');
    const { worker } = test.whole();
    process.kill(worker.pid, 'SIGKILL');
    await worker.ended;
    await expect.poll(() => subjects('loop-healthy').length, { interval: 10, timeout: 5000 }).toBe(4);
    expect(test.lab.counters('loop-healthy').imap?.openNow).toBe(0);

    const next = startPart(PROGRAM, ['worker', '--config', test.file, '--site', 'hq'], test.env);
    try {
      await next.ready;
      // What a dead worker held is never taken up by another one. The command line knows no claim, so it looks at once.
      const { code } = await startPart(PROGRAM, ['check', '--config', test.file, 'loop-healthy', '--loop'], test.env)
        .ended;
      expect(code).toBe(0);
      expect(smtp('loop-healthy')?.taken).toBe(2);
      expect(subjects('loop-healthy')).toEqual(CUSTOMERS);
    } finally {
      await next.stop();
    }
  });

  it('ends when somebody presses stop, and says that it cannot know', async () => {
    test = await startTestWhole({ scenarios: ['loop-not-delivered'] });
    const answer = test.ask('check loop-not-delivered --loop');
    await until(1, 'loop-not-delivered');
    await test.ask('stop loop-not-delivered');
    const { text, view } = await answer;
    expect(view.tone).toBe('unknown');
    expect(text.replaceAll(/\s+/g, ' ')).toMatch(/was taken, and the mailbox was watched for \d\.\d s only/);
    expect(account('loop-not-delivered')).toMatchObject({ tried: 1, openNow: 0, loggedOut: 1 });
  });
});
