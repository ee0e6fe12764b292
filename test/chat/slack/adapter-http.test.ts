import { createHmac } from 'node:crypto';
import { request } from 'node:http';
import { afterEach, describe, expect, it } from 'vitest';
import { handleOf } from '../../../src/chat/slack/address.js';
import { seenIn } from '../../../src/lab/slack/start-slack.js';
import { keptNowhere } from '../../support/kept-nowhere.js';
import { resultView, runningView, startBot } from './rig.js';

type Bot = Awaited<ReturnType<typeof startBot>>;
let bot: Bot;
afterEach(() => bot.stop());

describe('a signed command over HTTP', () => {
  it('is acknowledged before the intake is through', async () => {
    let finish = () => {};
    const working = new Promise<void>(resolve => {
      finish = resolve;
    });
    bot = await startBot('http', { work: () => working });
    const delivery = await bot.slack.deliver.command({ channel: 'C1', user: 'U1', text: 'check branch --only imap' });
    expect(delivery).toMatchObject({ status: 200, body: '' });
    await bot.until(1);
    finish();
  });

  it('asks with the ids of Slack, and knows the way back', async () => {
    bot = await startBot('http');
    const { responseUrl } = await bot.slack.deliver.command({
      channel: 'C1',
      user: 'U1',
      text: ' check branch &lt;x&gt; ',
    });
    await bot.until(1);
    expect(bot.asked[0]).toMatchObject({
      run: expect.stringMatching(/^sla-/),
      by: { platform: 'slack', user: 'U1', groups: [], channel: 'C1' },
      text: 'check branch <x>',
      to: {
        platform: 'slack',
        handle: { channel: 'C1', thread: null, message: null, respond: { url: responseUrl, spent: 0 } },
      },
    });
  });

  it('has no channel in a direct conversation', async () => {
    bot = await startBot('http');
    await bot.slack.deliver.command({ channel: bot.slack.directOf('U1'), user: 'U1', text: 'help' });
    await bot.until(1);
    expect(bot.asked[0]?.by.channel).toBeNull();
  });

  it('waits for no answer of Slack: the acknowledgement comes while every call hangs', async () => {
    bot = await startBot('http', { groups: ['S1'] });
    bot.slack.faults.set('*', { is: 'hang' });
    const command = await bot.slack.deliver.command({ channel: 'C1', user: 'U1', text: 'check' });
    const mention = await bot.slack.deliver.mention({ channel: 'C1', user: 'U1', text: 'check' });
    expect([command.status, mention.status]).toEqual([200, 200]);
    expect(Math.max(command.ackMs, mention.ackMs)).toBeLessThan(4_000); // a call that hangs is given up after five
    bot.slack.faults.clear();
  });

  it('is answered end to end: placeholder, edit, result in one message', async () => {
    bot = await startBot('http', {
      work: async ({ to }) => {
        const at = await bot.messenger.post(to, runningView);
        await bot.messenger.edit(at, { ...runningView, headline: 'Checking branch … 1 of 2' });
        await bot.messenger.edit(at, resultView());
      },
    });
    await bot.slack.deliver.command({ channel: 'C1', user: 'U1', text: 'check branch' });
    const [message] = await bot.slack.until(() => {
      const messages = bot.slack.messages('C1');
      return messages[0]?.versions.length === 3 && messages;
    });
    expect(message?.versions.map(({ text }) => text)).toEqual([
      'Checking branch …',
      'Checking branch … 1 of 2',
      'branch: healthy. 12 questions asked, nothing wrong was seen.',
    ]);
  });

  it('of a channel without the bot is answered by its own way back', async () => {
    bot = await startBot('http', {
      work: async ({ to }) => {
        const at = await bot.messenger.post(to, runningView);
        await bot.messenger.edit(at, resultView());
      },
    });
    const { responseUrl } = await bot.slack.deliver.command({ channel: 'C2', user: 'U1', text: 'check branch' });
    await bot.slack.until(() => bot.slack.messages('C2')[0]?.versions.length === 2);
    expect(bot.slack.messages('C2')).toHaveLength(1);
    expect(bot.slack.usesOf(String(responseUrl))).toBe(2);
  });
});

it.each([
  ['command', () => bot.slack.deliver.command({ channel: 'C1', user: 'U1', text: 'check' })],
  ['mention', () => bot.slack.deliver.mention({ channel: 'C1', user: 'U1', text: 'check' })],
] as const)('a %s that was kept too late to be acknowledged is answered all the same, once', async (_, deliver) => {
  const became: string[] = [];
  const keep = async () => {
    await new Promise(done => setTimeout(done, 3_200)); // longer than Bolt and Slack wait
    return 'ours' as const;
  };
  bot = await startBot('http', { unanswered: { ...keptNowhere(), keep, done: async () => void became.push('done') } });
  expect((await deliver()).status).not.toBe(200);
  await bot.until(1);
  await expect.poll(() => became).toEqual(['done']);
  expect(bot.asked).toHaveLength(1);
});

describe('a question that can be kept nowhere', () => {
  it.each([
    ['command', () => bot.slack.deliver.command({ channel: 'C1', user: 'U1', text: 'check' })],
    ['mention', () => bot.slack.deliver.mention({ channel: 'C1', user: 'U1', text: 'check' })],
  ] as const)('by %s is acknowledged when it is answered, and not before', async (_, deliver) => {
    let finish = () => {};
    const working = new Promise<void>(resolve => {
      finish = resolve;
    });
    const unanswered = keptNowhere();
    bot = await startBot('http', { work: () => working, unanswered });
    let acknowledged = false;
    const delivery = deliver().finally(() => {
      acknowledged = true;
    });
    await bot.until(1);
    expect(acknowledged).toBe(false);
    finish();
    expect(await delivery).toMatchObject({ status: 200 });
    expect(unanswered.became).toEqual(['done']);
    expect(bot.asked).toHaveLength(1);
  });

  it('nor answered is not acknowledged: Slack says so, or brings it again', async () => {
    const unanswered = keptNowhere();
    bot = await startBot('http', { work: async () => 'open', unanswered });
    const { status } = await bot.slack.deliver.command({ channel: 'C1', user: 'U1', text: 'check' });
    expect(status).not.toBe(200);
    expect(unanswered.became).toEqual(['later']);
  });
});

describe('deliveries that come again', () => {
  it('of a command, a mention and a message are the same run', async () => {
    bot = await startBot('http');
    bot.slack.faults.deliverTimes(3);
    await bot.slack.deliver.command({ channel: 'C1', user: 'U1', text: 'check' });
    await bot.slack.deliver.mention({ channel: 'C1', user: 'U1', text: 'check' });
    await bot.slack.deliver.direct({ user: 'U1', text: 'check' });
    await bot.until(9);
    const runs = bot.asked.map(({ run }) => run);
    expect(new Set(runs).size).toBe(3);
    expect(runs.slice(0, 3)).toEqual([runs[0], runs[0], runs[0]]);
  });

  it('but two questions in the same words are two runs', async () => {
    bot = await startBot('http');
    await bot.slack.deliver.command({ channel: 'C1', user: 'U1', text: 'check' });
    await bot.slack.deliver.command({ channel: 'C1', user: 'U1', text: 'check' });
    await bot.until(2);
    expect(bot.asked[0]?.run).not.toBe(bot.asked[1]?.run);
  });
});

describe('mentions and direct messages', () => {
  it.each([
    { name: 'a mention in a channel', thread: undefined, answeredIn: null },
    { name: 'a mention in a thread', thread: '1700000000.000100', answeredIn: '1700000000.000100' },
  ])('$name is answered where it stands', async ({ thread, answeredIn }) => {
    bot = await startBot('http', { work: async ({ to }) => void (await bot.messenger.post(to, runningView)) });
    await bot.slack.deliver.mention({ channel: 'C1', user: 'U1', text: 'check branch', ...(thread ? { thread } : {}) });
    await bot.slack.until(() => bot.slack.messages('C1').length === 1);
    expect(bot.slack.messages('C1')[0]?.thread).toBe(answeredIn);
    expect(bot.asked[0]).toMatchObject({ text: 'check branch', by: { channel: 'C1' } });
  });

  it('takes what stands behind the mention, with links as they were typed', async () => {
    bot = await startBot('http');
    await bot.slack.deliver.mention({
      channel: 'C1',
      user: 'U1',
      text: '',
      more: { text: 'hello <@U0BOT|uccx>  check <http://mail.example|mail.example> &amp; more' },
    });
    await bot.until(1);
    expect(bot.asked[0]?.text).toBe('check mail.example & more');
  });

  it('a direct message is a question, in its thread too', async () => {
    bot = await startBot('http');
    await bot.slack.deliver.direct({ user: 'U1', text: 'check branch', thread: '1700000000.000100' });
    await bot.until(1);
    expect(bot.asked[0]).toMatchObject({ text: 'check branch', by: { channel: null } });
    expect(handleOf(bot.asked[0]?.to as never).thread).toBe('1700000000.000100');
  });

  it('nothing else that Slack sends is a question', async () => {
    bot = await startBot('http');
    const { deliver } = bot.slack;
    const words = { channel: 'C1', user: 'U1', text: 'check' };
    for (const more of [
      { subtype: 'bot_message', bot_id: 'B1' },
      { bot_id: 'B1' },
      { bot_profile: { id: 'B1' } },
      { edited: { user: 'U1', ts: '1' } },
      { subtype: 'message_changed', message: { text: 'check' } },
      { subtype: 'message_deleted', hidden: true },
      { subtype: 'thread_broadcast' },
      { subtype: 'file_share' },
      { subtype: 'me_message' },
      { subtype: 'channel_join' },
    ]) {
      expect((await deliver.mention({ ...words, more })).status).toBe(200);
      expect((await deliver.direct({ ...words, channel: bot.slack.directOf('U1'), more })).status).toBe(200);
    }
    await deliver.direct({ user: 'U0BOT', text: 'check' });
    await deliver.event('message', { ...words, more: { channel_type: 'channel' } });
    await deliver.event('message', { ...words, channel: bot.slack.directOf('U1'), more: { channel_type: 'mpim' } });
    await deliver.event('app_mention', { ...words, channel: bot.slack.directOf('U1') });
    await deliver.event('message', { ...words, channel: bot.slack.directOf('U1'), user: undefined as never });
    // One that is a question, last: whatever came before it would have been asked before it.
    await deliver.direct({ user: 'U1', text: 'the only question' });
    await bot.until(1);
    expect(bot.asked.map(({ text }) => text)).toEqual(['the only question']);
  });
});

describe('people of another workspace', () => {
  it.each([
    {
      name: 'by a command',
      ask: () => bot.slack.deliver.command({ channel: 'C1', user: 'UEXT', text: 'check', team: 'TOTHER' }),
    },
    {
      name: 'by a mention',
      ask: () => bot.slack.deliver.mention({ channel: 'C1', user: 'UEXT', text: 'check', team: 'TOTHER' }),
    },
    {
      name: 'by a mention that names two workspaces',
      ask: () =>
        bot.slack.deliver.mention({ channel: 'C1', user: 'UEXT', text: 'check', more: { user_team: 'TOTHER' } }),
    },
    {
      name: 'when only their profile tells',
      ask: () => bot.slack.deliver.mention({ channel: 'C1', user: 'UEXT', text: 'check', team: null }),
    },
  ])('run nothing $name, and are told', async ({ ask }) => {
    bot = await startBot('http');
    expect((await ask()).status).toBe(200);
    const told = await bot.slack.until(() => bot.slack.toldTo('UEXT')[0]);
    expect(seenIn(told)).toContain('Only people of the workspace that installed this bot can use it.');
    expect(bot.asked).toEqual([]);
  });

  it('are not told so because Slack is too busy to say who somebody is', async () => {
    bot = await startBot('http');
    bot.slack.faults.set('users.info', { is: 'rate-limited', retryAfterSec: 60, times: 1 });
    for (const way of ['chat.postEphemeral', 'conversations.open'])
      bot.slack.faults.set(way, { is: 'rate-limited', retryAfterSec: 1, times: 1 });
    await bot.slack.deliver.mention({ channel: 'C1', user: 'U1', text: 'check', team: null });
    const told = await bot.slack.until(() => bot.slack.toldTo('U1')[0]);
    expect(seenIn(told)).toContain('Slack does not say at the moment who you are.');
    expect(bot.asked).toEqual([]);
  });

  it('whoever has no workspace in the event, but ours in the profile, may ask', async () => {
    bot = await startBot('http');
    await bot.slack.deliver.mention({ channel: 'C1', user: 'U1', text: 'check', team: null });
    await bot.until(1);
  });
});

describe('user groups', () => {
  it('are looked up after the acknowledgement, and kept for some minutes', async () => {
    bot = await startBot('http', { groups: ['S1', 'S2'] });
    bot.slack.setGroup('S1', ['U1']);
    bot.slack.setGroup('S2', ['U2']);
    await bot.slack.deliver.command({ channel: 'C1', user: 'U1', text: 'check' });
    await bot.slack.deliver.command({ channel: 'C1', user: 'U2', text: 'check' });
    await bot.until(2);
    expect(bot.asked.map(({ by }) => by.groups)).toEqual([['S1'], ['S2']]);
    expect(bot.slack.calls.filter(({ method }) => method === 'usergroups.users.list')).toHaveLength(2);
  });

  it.each([
    { name: 'fails', fault: { is: 'status', status: 500 } as const },
    { name: 'is rate limited', fault: { is: 'rate-limited', retryAfterSec: 60 } as const },
  ])('nobody is a member while the look-up $name; it is logged, and asked again next time', async ({ fault }) => {
    bot = await startBot('http', { groups: ['S1'] });
    bot.slack.setGroup('S1', ['U1']);
    bot.slack.faults.set('usergroups.users.list', fault);
    await bot.slack.deliver.command({ channel: 'C1', user: 'U1', text: 'check' });
    await bot.until(1);
    expect(bot.asked[0]?.by).toMatchObject({ groups: [], unsure: true });
    expect(bot.log.lines.join('\n')).toMatch(/nobody counts as a member/);
    bot.slack.faults.clear();
    await bot.slack.deliver.command({ channel: 'C1', user: 'U1', text: 'check' });
    await bot.until(2);
    expect(bot.asked[1]?.by).toMatchObject({ groups: ['S1'] });
    expect(bot.asked[1]?.by.unsure).toBeUndefined();
  });
});

describe('forged requests', () => {
  const now = () => Math.floor(Date.now() / 1000);
  const form = (text = 'check') =>
    new URLSearchParams({
      command: '/uccx',
      text,
      team_id: 'T0LAB',
      user_id: 'U1',
      channel_id: 'C1',
      trigger_id: '1.2.3',
      response_url: 'https://hooks.slack.com/commands/x',
    }).toString();
  type Forged = { headers: [string, string][]; body: string };
  const of = (signed: Record<string, string>, body: string): Forged => ({ headers: Object.entries(signed), body });
  const sign = (body: string, stamp: number | string) =>
    `v0=${createHmac('sha256', bot.slack.signingSecret).update(`v0:${stamp}:${body}`).digest('hex')}`;

  it.each<{ name: string; forge: () => Forged }>([
    { name: 'no headers at all', forge: () => of({}, form()) },
    { name: 'no signature', forge: () => of({ 'x-slack-request-timestamp': String(now()) }, form()) },
    { name: 'no timestamp', forge: () => of({ 'x-slack-signature': sign(form(), now()) }, form()) },
    {
      name: 'an empty signature',
      forge: () => of({ ...bot.slack.deliver.signed(form()), 'x-slack-signature': '' }, form()),
    },
    {
      name: 'a signature of nothing',
      forge: () => of({ ...bot.slack.deliver.signed(form()), 'x-slack-signature': 'v0=' }, form()),
    },
    {
      name: 'a short signature',
      forge: () => of({ ...bot.slack.deliver.signed(form()), 'x-slack-signature': 'v0=00' }, form()),
    },
    { name: 'signed with another secret', forge: () => of(bot.slack.deliver.signed(form(), now(), 'guessed'), form()) },
    { name: 'signed with an empty secret', forge: () => of(bot.slack.deliver.signed(form(), now(), ''), form()) },
    {
      name: 'an unknown version',
      forge: () =>
        of(
          { ...bot.slack.deliver.signed(form()), 'x-slack-signature': sign(form(), now()).replace('v0', 'v1') },
          form(),
        ),
    },
    { name: 'six minutes old', forge: () => of(bot.slack.deliver.signed(form(), now() - 361), form()) },
    { name: '301 seconds old', forge: () => of(bot.slack.deliver.signed(form(), now() - 302), form()) },
    { name: 'from the future', forge: () => of(bot.slack.deliver.signed(form(), now() + 303), form()) },
    { name: 'from the year 9999', forge: () => of(bot.slack.deliver.signed(form(), 253_370_764_800), form()) },
    {
      name: 'a timestamp that is no number',
      forge: () => of({ 'x-slack-request-timestamp': 'NaN', 'x-slack-signature': sign(form(), 'NaN') }, form()),
    },
    {
      name: 'a timestamp in another writing',
      forge: () =>
        of({ 'x-slack-request-timestamp': `${now()}.0`, 'x-slack-signature': sign(form(), `${now()}.0`) }, form()),
    },
    {
      name: 'the body in another order',
      forge: () => of(bot.slack.deliver.signed(form()), form().split('&').reverse().join('&')),
    },
    { name: 'another body', forge: () => of(bot.slack.deliver.signed(form()), form('check prod')) },
    { name: 'more behind the body', forge: () => of(bot.slack.deliver.signed(form()), `${form()}&text=prod`) },
    { name: 'ssl_check, unsigned', forge: () => of({}, `ssl_check=1&${form()}`) },
    { name: 'ssl_check alone, unsigned', forge: () => of({}, 'ssl_check=1') },
    {
      name: 'ssl_check behind a signed body',
      forge: () => of(bot.slack.deliver.signed(form()), `${form()}&ssl_check=1`),
    },
    { name: 'url_verification, unsigned', forge: () => of({}, '{"type":"url_verification","challenge":"x"}') },
    {
      name: 'two signatures, the second one right',
      forge: () => ({
        headers: [
          ...of(bot.slack.deliver.signed(form(), now(), 'guessed'), '').headers,
          ['x-slack-signature', sign(form(), now())],
        ],
        body: form(),
      }),
    },
    {
      name: 'two timestamps',
      forge: () => ({
        headers: [...of(bot.slack.deliver.signed(form()), '').headers, ['x-slack-request-timestamp', String(now())]],
        body: form(),
      }),
    },
  ])('$name: 401, and nothing is asked', async ({ forge }) => {
    bot = await startBot('http');
    expect(await send(bot.url, forge())).toEqual({ status: 401, body: '' });
    // The right one behind it comes through, so the refused one would have come before it.
    await bot.slack.deliver.command({ channel: 'C1', user: 'U1', text: 'the real one' });
    await bot.until(1);
    expect(bot.asked.map(({ text }) => text)).toEqual(['the real one']);
  });

  it('a request within five minutes on either side is believed', async () => {
    bot = await startBot('http');
    for (const at of [now() - 290, now() + 290])
      expect((await send(bot.url, of(bot.slack.deliver.signed(form(), at), form()))).status).toBe(200);
    await bot.until(2);
  });

  const send = (url: string, { headers, body }: Forged): Promise<{ status: number; body: string }> =>
    new Promise((resolve, reject) => {
      const flat = [
        ...headers,
        ['content-type', 'application/x-www-form-urlencoded'],
        ['content-length', String(body.length)],
        ['host', 'bot'],
      ].flat();
      const sent = request(url, { method: 'POST', headers: flat as never }, async response => {
        let words = '';
        for await (const part of response) words += String(part);
        resolve({ status: response.statusCode ?? 0, body: words });
      });
      sent.on('error', reject);
      sent.end(body);
    });
});
