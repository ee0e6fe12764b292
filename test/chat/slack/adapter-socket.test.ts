import { afterEach, describe, expect, it } from 'vitest';
import { slackAdapter } from '../../../src/chat/slack/adapter.js';
import { ConfigError } from '../../../src/domain/errors.js';
import { type LabSlack, startSlack } from '../../../src/lab/slack/start-slack.js';
import { clock, configOf, keptLog, recorder, resultView, runningView, secretsOf, startBot } from './rig.js';

describe('Socket Mode', () => {
  let bot: Awaited<ReturnType<typeof startBot>>;
  afterEach(() => bot.stop());
  const connections = (count: number) => bot.slack.until(() => bot.slack.sockets.count() === count);

  it('goes from a command to its edited answer', async () => {
    bot = await startBot('socket', {
      work: async ({ to }) => {
        const at = await bot.messenger.post(to, runningView);
        await bot.messenger.edit(at, resultView());
      },
    });
    const { status } = await bot.slack.deliver.command({ channel: 'C1', user: 'U1', text: 'check branch' });
    expect(status).toBe(200);
    await bot.slack.until(() => bot.slack.messages('C1')[0]?.versions.length === 2);
    expect(bot.asked[0]).toMatchObject({ text: 'check branch', by: { user: 'U1', channel: 'C1' } });
  });

  it('acknowledges before the intake is through, commands and events', async () => {
    let finish = () => {};
    const working = new Promise<void>(resolve => {
      finish = resolve;
    });
    bot = await startBot('socket', { work: () => working });
    await bot.slack.deliver.command({ channel: 'C1', user: 'U1', text: 'check' });
    await bot.slack.deliver.direct({ user: 'U1', text: 'check' });
    await bot.until(2);
    finish();
  });

  it('gives an envelope that comes twice, over both connections, the same run', async () => {
    bot = await startBot('socket');
    await connections(2);
    bot.slack.faults.deliverTimes(2);
    await bot.slack.deliver.command({ channel: 'C1', user: 'U1', text: 'check' });
    await bot.slack.deliver.mention({ channel: 'C1', user: 'U1', text: 'check' });
    await bot.until(4);
    const [first, second, third, fourth] = bot.asked.map(({ run }) => run);
    expect(first).toBe(second);
    expect(third).toBe(fourth);
    expect(first).not.toBe(third);
  });

  it.each(['refresh', 'drop'] as const)('comes back by itself after a %s', async how => {
    bot = await startBot('socket');
    await connections(2);
    const opened = () => bot.slack.calls.filter(({ method }) => method === 'apps.connections.open').length;
    bot.slack.sockets.disconnect(how);
    await bot.slack.until(() => opened() >= 4);
    await connections(2);
    await bot.slack.deliver.command({ channel: 'C1', user: 'U1', text: 'after the break' });
    await bot.until(1);
    expect(bot.asked[0]?.text).toBe('after the break');
  });

  it('comes back when Slack answers errors meanwhile, which the package alone does not survive', async () => {
    bot = await startBot('socket');
    await connections(2);
    bot.slack.faults.set('apps.connections.open', { is: 'status', status: 503, times: 3 });
    bot.slack.sockets.disconnect('drop');
    await bot.slack.until(() => bot.slack.calls.filter(({ method }) => method === 'apps.connections.open').length >= 7);
    await connections(2);
    await bot.slack.deliver.command({ channel: 'C1', user: 'U1', text: 'after the outage' });
    await bot.until(1);
    expect(bot.adapter.ailing()).toBeNull();
  });

  it('closes its connections when stopped, and waits for the question under way', async () => {
    let finish = () => {};
    let done = false;
    const working = new Promise<void>(resolve => {
      finish = resolve;
    }).then(() => {
      done = true;
    });
    bot = await startBot('socket', { work: () => working });
    await bot.slack.deliver.command({ channel: 'C1', user: 'U1', text: 'check' });
    await bot.until(1);
    const stopped = bot.adapter.stop();
    finish();
    await stopped;
    expect(done).toBe(true);
    await connections(0);
    expect(bot.adapter.ailing()).not.toBeNull();
  });
});

describe('starting', () => {
  let slack: LabSlack;
  afterEach(() => slack.stop());
  const adapterOf = (mode: 'http' | 'socket', secrets = secretsOf(slack)) =>
    slackAdapter({
      config: configOf(slack, mode),
      secrets,
      intake: recorder().intake,
      groups: [],
      clock,
      log: keptLog(),
    });

  it.each([
    { name: 'a bot token that Slack refuses', wrong: 'env:BOT', says: /refuses the bot token: invalid_auth/ },
    { name: 'an app token that Slack refuses', wrong: 'env:APP', says: /refuses the app token: invalid_auth/ },
  ])('$name is a mistake of the configuration', async ({ wrong, says }) => {
    slack = await startSlack();
    const right = secretsOf(slack);
    const adapter = adapterOf('socket', async ref => (ref === wrong ? 'xoxb-wrong' : right(ref)));
    const error = await adapter.start().catch(thrown => thrown);
    expect(error).toBeInstanceOf(ConfigError);
    expect(error.message).toMatch(says);
    expect(error.message).not.toContain('xoxb-wrong');
    await adapter.stop();
  });

  it('an empty secret is one, too: an empty signing secret would sign everything', async () => {
    slack = await startSlack();
    const right = secretsOf(slack);
    const adapter = adapterOf('http', async ref => (ref === 'env:SIGN' ? ' \n' : right(ref)));
    await expect(adapter.start()).rejects.toThrow('slack.signingSecret is empty');
  });

  it('waits for a Slack that is down, and can be stopped while it waits', async () => {
    slack = await startSlack();
    slack.faults.set('auth.test', { is: 'status', status: 503, times: 1 });
    const adapter = adapterOf('socket');
    await adapter.start();
    expect(adapter.ailing()).toBeNull();
    await adapter.stop();

    slack.faults.set('auth.test', { is: 'status', status: 503 });
    const waiting = adapterOf('socket');
    const started = waiting.start();
    await slack.until(() => slack.calls.filter(({ method }) => method === 'auth.test').length >= 3);
    await waiting.stop();
    await started;
    expect(waiting.ailing()).not.toBeNull();
  });
});
