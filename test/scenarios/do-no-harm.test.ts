import { execFile } from 'node:child_process';
import { setTimeout as wait } from 'node:timers/promises';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { PROGRAM } from '../support/program.js';
import { triedIn } from '../support/tried-in.js';
import { startTestWhole, type TestWhole } from '../support/whole.js';

/** The account that we test with is the one that the contact centre lives on. Counted on the servers' side, through the whole bot. */
let test: TestWhole;
beforeAll(async () => {
  const again = { 'bad-after-restart': 'bad-password', 'bad-at-terminal': 'bad-password', 'slow-for-two': 'slow' };
  test = await startTestWhole({ scenarios: ['bad-password', 'slow'], again, config: { sites: SITES } });
});
afterAll(() => test?.stop());

const run = promisify(execFile);
const SITES = [
  { id: 'hq', vantages: ['uccx-side', 'exchange-side'] },
  { id: 'branch', vantages: ['uccx-side', 'agent-side'] },
];
const triedBy = (id: string) => triedIn(test.lab.counters(id).imap?.accounts);

describe('a refused login', () => {
  it('is not tried again by anybody, until an operator says so, and then once', async () => {
    await test.ask('check bad-password');
    expect(triedBy('bad-password')).toBe(1);

    const second = await test.ask('check bad-password');
    expect(triedBy('bad-password')).toBe(1);
    expect(second.text).toMatch(/refused .*before|was refused/);
    expect(second.view.tone).toBe('unknown');

    await test.ask('check bad-password --login-anyway');
    expect(triedBy('bad-password')).toBe(2);
    await test.ask('check bad-password');
    expect(triedBy('bad-password')).toBe(2);
  });

  it('stays locked when every process is started anew', async () => {
    await test.ask('check bad-after-restart');
    await test.restart();
    expect((await test.ask('check bad-after-restart')).view.tone).toBe('unknown');
    expect(triedBy('bad-after-restart')).toBe(1);
  });
});

describe('the command line beside the bot', () => {
  it('and the worker of the same machine send a refused password once between them', async () => {
    const args = [PROGRAM, 'check', '--config', test.file, 'bad-at-terminal'];
    const first = await run(process.execPath, args, { env: test.env }).catch(error => error);
    expect(first.code).toBe(1);
    expect(triedBy('bad-at-terminal')).toBe(1);

    expect((await test.ask('check bad-at-terminal')).text).toMatch(/was refused/);
    expect(triedBy('bad-at-terminal')).toBe(1);

    await test.ask('check bad-at-terminal --login-anyway');
    expect(triedBy('bad-at-terminal')).toBe(2);
    const second = await run(process.execPath, args, { env: test.env }).catch(error => error);
    expect(second.stdout).toMatch(/was refused/);
    expect(triedBy('bad-at-terminal')).toBe(2);
  });
});

describe('connections', () => {
  it('are at most two to one target, from two sites together, with one login', async () => {
    const peak = { now: 0 };
    const watching = new AbortController();
    const watch = (async () => {
      while (!watching.signal.aborted) {
        const { imap, smtp } = test.lab.counters('slow');
        peak.now = Math.max(peak.now, (imap?.openNow ?? 0) + (smtp?.openNow ?? 0));
        await wait(5, undefined, { signal: watching.signal }).catch(() => {});
      }
    })();
    const { text } = await test.ask('check slow');
    watching.abort();
    await watch;
    expect(test.lab.counters('slow').smtp?.connections).toBe(SITES.length);
    expect(peak.now).toBe(2);
    expect(triedBy('slow')).toBe(1);
    expect(text).toContain('hq (uccx-side, exchange-side)');
    expect(text).toContain('branch (uccx-side, agent-side)');
  });
});

describe('two askers', () => {
  it('get one check: the second is pointed at the first', async () => {
    const first = test.ask('check slow-for-two');
    const connections = () => test.lab.counters('slow-for-two').imap?.connections;
    await expect.poll(connections, { interval: 20 }).toBeGreaterThan(0);
    const second = await test.ask('check slow-for-two');
    expect(second.view.headline).toMatch(/^slow-for-two is being checked already, since 20\d\d-/);
    expect((await first).view.headline).toMatch(/^slow-for-two: /);
    expect(test.lab.counters('slow-for-two').smtp?.connections).toBe(SITES.length);
    expect(triedBy('slow-for-two')).toBe(1);
  });
});
