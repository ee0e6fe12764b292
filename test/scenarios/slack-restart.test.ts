import { afterEach, describe, expect, it, vi } from 'vitest';
import { type SlowCheck, startSlowCheck } from '../support/slow-check.js';

/** A bot that ends in the middle of a check, in order or not: what was asked is told by the next one, once, in the same message. */
vi.setConfig({ testTimeout: 90_000 });
let test: SlowCheck;
afterEach(() => test?.stop());

describe('a bot', () => {
  it('that is killed while probes run, and is back after they have ended, goes on in the same message', async () => {
    test = await startSlowCheck();
    await test.ask();
    const { ts } = await test.untilPlaceholder();
    await test.untilProbing();
    process.kill(test.bot().pid, 'SIGKILL');
    await test.bot().ended;
    await test.untilProbed();
    await test.startBot();
    await test.expectToldOnce();
    expect(test.words()[0]?.ts).toBe(ts);
    await test.ask(); // the same command, delivered again to the new process
    await test.ask('C2', '1.2.another');
    await test.answer('C2');
    expect(test.words()).toHaveLength(1);
  });

  it('that is killed where it is no member keeps within the five posts of the command', async () => {
    test = await startSlowCheck();
    const { responseUrl } = await test.ask('CFAR');
    await test.untilLastProgress('CFAR');
    process.kill(test.bot().pid, 'SIGKILL');
    await test.startBot();
    await test.expectToldOnce('CFAR');
    expect(test.slack.usesOf(String(responseUrl))).toBe(3);
  });

  it('that is told to stop while probes run ends in order, and its successor tells the result', async () => {
    test = await startSlowCheck();
    await test.ask();
    const { ts } = await test.untilPlaceholder();
    await test.untilProbing();
    await test.bot().stop();
    expect(await test.bot().ended).toEqual({ code: 0, signal: null });
    await expect(fetch(test.url)).rejects.toThrow();
    await test.startBot();
    await test.expectToldOnce();
    expect(test.words()[0]?.ts).toBe(ts);
  });

  it('that is killed while it tells the result: its successor tells it', async () => {
    test = await startSlowCheck();
    await test.ask();
    await test.untilLastProgress();
    const told = () => test.slack.calls.filter(({ method }) => method === 'chat.update').length;
    const before = told();
    test.slack.faults.set('chat.update', { is: 'hang', times: 1 });
    await test.slack.until(() => told() > before);
    process.kill(test.bot().pid, 'SIGKILL');
    await test.startBot();
    await test.expectToldOnce();
  });
});
