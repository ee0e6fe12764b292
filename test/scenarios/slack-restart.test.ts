import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startPart } from '../../src/bin/part.js';
import type { SlackFault } from '../../src/lab/slack/faults.js';
import { seenIn } from '../../src/lab/slack/start-slack.js';
import { startRelay } from '../chaos/relay.js';
import { PROGRAM } from '../support/program.js';
import { socketOf } from '../support/redis.js';
import type { SlackWhole } from '../support/slack-whole.js';
import { type SlowCheck, startSlowChecks } from '../support/slow-check.js';

/** A Slack that is ill around a check, and a bot that ends in the middle of one, in order or not: the result is told in the end, once, in one message. */
let whole: SlackWhole;
let next: () => SlowCheck;
beforeAll(async () => {
  ({ whole, next } = await startSlowChecks(13));
});
afterAll(() => whole?.stop());

describe('Slack that does not take the result', () => {
  it.each<[string, SlackFault, number]>([
    ['429 with a time to wait', { is: 'rate-limited', retryAfterSec: 2, times: 2 }, 2_000],
    ['500', { is: 'status', status: 500, times: 2 }, 500],
    ['a connection that breaks', { is: 'reset', times: 2 }, 500],
  ])('%s: the same message becomes the result in the end, after waiting as asked', async (_, fault, leastMs) => {
    const check = next();
    await check.ask();
    await check.untilLastProgress();
    whole.slack.faults.set('chat.update', fault);
    await check.expectToldOnce();
    const [, ...tries] = check.edits().map(({ at }) => at);
    expect(tries.length).toBeGreaterThanOrEqual(3);
    for (const [index, at] of tries.slice(1, 3).entries()) expect(at - Number(tries[index])).toBeGreaterThan(leastMs);
  });

  it.each([1, 3])(
    'nor the placeholder, %i times: the result comes as the one message, and no progress before it',
    async times => {
      const check = next();
      whole.slack.faults.set('chat.postMessage', { is: 'status', status: 503, times });
      await check.ask();
      await check.untilProbing();
      await check.expectToldOnce();
      expect(check.words()[0]?.versions).toHaveLength(1);
    },
  );
});

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

  it('that is killed before it could say that Redis is away: its successor answers, once', async () => {
    const check = next();
    await whole.stopRedis();
    whole.slack.faults.set('*', { is: 'hang', times: 1 });
    const calls = whole.slack.calls.length;
    await check.ask();
    await whole.slack.until(() => whole.slack.calls.length > calls);
    process.kill(whole.bot().pid, 'SIGKILL');
    await whole.bot().ended;
    whole.slack.faults.clear();
    await whole.startRedis();
    await whole.startBot();
    await check.expectToldOnce();
  });

  it('whose check the queue took without a word, or never got, says that this is not known, and then the result, in one message', async () => {
    const relay = await startRelay({ path: socketOf(whole.redis.running()) });
    await whole.bot().stop();
    const bot = startPart(PROGRAM, ['bot', '--config', whole.file], {
      ...whole.env,
      UCCX_REDIS_URL: `redis://127.0.0.1:${relay.port}`,
    });
    try {
      await bot.ready;
      for (const when of ['after', 'before'] as const) {
        const check = next();
        // Until it is said, nobody can find out: a bot that knows by then has nothing to say about it.
        relay.atParcel(1, when, () => relay.is('stalls'), endOfCheck());
        await check.ask();
        const notKnown = /not known whether the check of slow-\d+ was started/;
        await whole.slack.until(() => check.words()[0]?.versions.some(({ text }) => notKnown.test(text)));
        relay.is('passes');
        await check.expectToldOnce();
      }
    } finally {
      await bot.stop();
      await relay.stop();
      await whole.startBot();
    }
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
    await slack.until(() => downloads() > had);
    const ts = newest()?.ts;
    process.kill(whole.bot().pid, signal);
    await whole.bot().ended;
    if (signal === 'SIGKILL') await whole.startBot();
    const answer = await slack.until(() => slack.messages(channel).find(each => words.test(seenIn(each))));
    expect(answer.ts).toBe(ts);
    expect(slack.messages(channel)).toHaveLength(before + 1);
  });
});

/** The parcel with which a check is laid or is not. */
const endOfCheck = () => {
  let began = false;
  return (parcel: Buffer): boolean => {
    const words = parcel.toString('latin1');
    began ||= words.includes('reply order');
    return began && /\bexec\r\n$/i.test(words);
  };
};
