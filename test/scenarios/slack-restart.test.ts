import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { seenIn } from '../../src/lab/slack/start-slack.js';
import type { SlackWhole } from '../support/slack-whole.js';
import { type SlowCheck, startSlowChecks } from '../support/slow-check.js';

/** A bot that ends in the middle of a check, in order or not: what was asked is told by the next one, once, in the same message. */
vi.setConfig({ testTimeout: 180_000 });
let whole: SlackWhole;
let next: () => SlowCheck;
beforeAll(async () => {
  ({ whole, next } = await startSlowChecks(5));
});
afterAll(() => whole?.stop());

describe('a bot', () => {
  it('that is killed when it has acknowledged and not yet said or laid anything: its successor answers, once', async () => {
    const check = next();
    whole.slack.faults.set('chat.postMessage', { is: 'hang', times: 1 });
    const calls = whole.slack.calls.length;
    await check.ask();
    await whole.slack.until(() => whole.slack.calls.slice(calls).some(({ method }) => method === 'chat.postMessage'));
    process.kill(whole.bot().pid, 'SIGKILL');
    await whole.startBot();
    await check.expectToldOnce();
  });

  it('that is killed while probes run, and is back after they have ended, goes on in the same message', async () => {
    const check = next();
    await check.ask();
    const { ts } = await check.untilPlaceholder();
    await check.untilProbing();
    process.kill(whole.bot().pid, 'SIGKILL');
    await whole.bot().ended;
    await check.untilProbed();
    await whole.startBot();
    await check.expectToldOnce();
    expect(check.words()[0]?.ts).toBe(ts);
    await check.ask(); // the same command, delivered again to the new process
    await check.ask('C2');
    await whole.answer('C2');
    expect(check.words()).toHaveLength(1);
  });

  it('that is killed where it is no member keeps within the five posts of the command', async () => {
    const check = next();
    const { responseUrl } = await check.ask(check.far);
    await check.untilLastProgress(check.far);
    process.kill(whole.bot().pid, 'SIGKILL');
    await whole.startBot();
    await check.expectToldOnce(check.far);
    expect(whole.slack.usesOf(String(responseUrl))).toBe(3);
  });

  it('that is told to stop while probes run ends in order, and its successor tells the result', async () => {
    const check = next();
    await check.ask();
    const { ts } = await check.untilPlaceholder();
    await check.untilProbing();
    await whole.bot().stop();
    expect(await whole.bot().ended).toEqual({ code: 0, signal: null });
    await expect(fetch(whole.url)).rejects.toThrow();
    await whole.startBot();
    await check.expectToldOnce();
    expect(check.words()[0]?.ts).toBe(ts);
  });

  it('that is killed while it tells the result: its successor tells it', async () => {
    const check = next();
    await check.ask();
    await check.untilLastProgress();
    const before = check.edits().length;
    whole.slack.faults.set('chat.update', { is: 'hang', times: 1 });
    await whole.slack.until(() => check.edits().length > before);
    process.kill(whole.bot().pid, 'SIGKILL');
    await whole.startBot();
    await check.expectToldOnce();
  });

  it.each([
    ['killed', 'SIGKILL', /The reading was cut off: I was restarted in the middle of it/],
    ['told to stop', 'SIGTERM', /I was stopped in the middle of it/],
  ] as const)('that is %s while it reads leaves no message that says «Reading» for ever', async (_, signal, words) => {
    const { slack } = whole;
    const channel = slack.directOf('U0RUN');
    const newest = () => slack.messages(channel).at(-1);
    const before = slack.messages(channel).length;
    const downloads = () => slack.calls.filter(({ method }) => method === 'download').length;
    const had = downloads();
    slack.faults.set('download', { is: 'hang', times: 1 });
    const files = [slack.file('imap.txt', 'MaxConnectionsPerUser : 16')];
    await slack.deliver.direct({ user: 'U0RUN', text: 'read', more: { subtype: 'file_share', files } });
    await slack.until(() => downloads() > had, 30_000);
    const ts = newest()?.ts;
    process.kill(whole.bot().pid, signal);
    await whole.bot().ended;
    if (signal === 'SIGKILL') await whole.startBot();
    const answer = await slack.until(() => slack.messages(channel).find(each => words.test(seenIn(each))), 60_000);
    expect(answer.ts).toBe(ts);
    expect(slack.messages(channel)).toHaveLength(before + 1);
  });
});
