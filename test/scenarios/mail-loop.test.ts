import { readFile, writeFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startPart } from '../../src/bin/part.js';
import { PROGRAM } from '../support/program.js';
import { startTestWhole, type TestWhole } from '../support/whole.js';

/** The one message that we ever send, through the built program, counted on the servers' side. */
let test: TestWhole;
beforeAll(async () => {
  test = await startTestWhole({
    scenarios: ['loop-healthy', 'loop-not-delivered'],
    again: { 'loop-of-others': 'loop-healthy', 'loop-killed': 'loop-healthy' },
    // However busy the machine is, «stop» comes before the wait is over.
    edit: async file => writeFile(file, (await readFile(file, 'utf8')).replace('loopWaitSec: 5', 'loopWaitSec: 60')),
    config: {
      access: [
        {
          role: 'operator',
          platform: 'console',
          users: ['local'],
          targets: ['loop-healthy', 'loop-not-delivered', 'loop-killed'],
        },
        { role: 'runner', platform: 'console', users: ['local'], targets: ['loop-of-others'] },
      ],
    },
  });
});
afterAll(() => test?.stop());

const CUSTOMERS = ['Order 1001', 'Order 1002', 'Order 1003'];
const subjects = (id: string) => (test.lab.inbox(id) ?? []).map(({ header }) => header('subject'));
const smtp = (id: string) => test.lab.counters(id).smtp;
const account = (id: string) => Object.values(test.lab.counters(id).imap?.accounts ?? {})[0];
const until = (taken: number, id: string) => expect.poll(() => smtp(id)?.taken, { interval: 10 }).toBe(taken);

describe('a mail loop', () => {
  it('is made when it was asked for and at no other time, and everybody reads what else may come of it', async () => {
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
    expect((await test.ask('check loop-of-others --loop')).text).toMatch(/operator/);
    expect(test.lab.counters('loop-of-others')).toMatchObject({ imap: { connections: 0 }, smtp: { connections: 0 } });
  });

  it('ends when somebody presses stop, and says that it cannot know', async () => {
    const answer = test.ask('check loop-not-delivered --loop');
    await until(1, 'loop-not-delivered');
    await test.ask('stop loop-not-delivered');
    const { text, view } = await answer;
    expect(view.tone).toBe('unknown');
    expect(text.replaceAll(/\s+/g, ' ')).toMatch(/was taken, and the mailbox was watched for \d+\.\d s only/);
    expect(account('loop-not-delivered')).toMatchObject({ tried: 1, openNow: 0, loggedOut: 1 });
  });

  it('leaves one marked message at most when its worker is killed, which the next one removes', async () => {
    void test.ask('check loop-killed --loop').catch(() => {}); // nobody answers before its deadline, which this test does not wait for
    await until(1, 'loop-killed');
    process.kill(test.worker().pid, 'SIGKILL');
    await test.worker().ended;
    await expect.poll(() => subjects('loop-killed').length, { interval: 10 }).toBe(4);
    expect(test.lab.counters('loop-killed').imap?.openNow).toBe(0);

    await test.startWorker();
    // What a dead worker held is never taken up by another one. The command line knows no claim, so it looks at once.
    const again = startPart(PROGRAM, ['check', '--config', test.file, 'loop-killed', '--loop'], test.env);
    expect((await again.ended).code).toBe(0);
    expect(smtp('loop-killed')?.taken).toBe(2);
    expect(subjects('loop-killed')).toEqual(CUSTOMERS);
  });
});
