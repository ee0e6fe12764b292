import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type LabSlack, startSlack } from '../../src/lab/slack/start-slack.js';

/** What the lab refuses is what makes the tests of the bot worth something. */
describe('the simulated Slack', () => {
  let slack: LabSlack;
  let time = Date.now();
  beforeEach(async () => {
    time = Date.now();
    slack = await startSlack({ now: () => time });
    slack.addChannel('C1');
    slack.addChannel('C2', { botIsMember: false });
    slack.addChannel('C3', { archived: true });
    slack.addUser('U1');
  });
  afterEach(() => slack.stop());

  const call = async (
    method: string,
    args: Record<string, unknown>,
    token = slack.botToken,
  ): Promise<Record<string, unknown>> => {
    const body = new URLSearchParams();
    for (const [key, value] of Object.entries(args))
      body.set(key, typeof value === 'string' ? value : JSON.stringify(value));
    const headers = { authorization: `Bearer ${token}` };
    return (await fetch(`${slack.apiUrl}${method}`, { method: 'POST', headers, body })).json() as Promise<
      Record<string, unknown>
    >;
  };
  const rich = (words: string) => ({
    type: 'rich_text',
    elements: [{ type: 'rich_text_section', elements: [{ type: 'text', text: words }] }],
  });

  it.each([
    { name: 'a channel that nobody knows', args: { channel: 'C9', text: 'x' }, error: 'channel_not_found' },
    { name: 'a channel without the bot', args: { channel: 'C2', text: 'x' }, error: 'not_in_channel' },
    { name: 'an archived channel', args: { channel: 'C3', text: 'x' }, error: 'is_archived' },
    { name: 'nothing said', args: { channel: 'C1' }, error: 'no_text' },
    { name: 'too much text', args: { channel: 'C1', text: 'x'.repeat(40_001) }, error: 'msg_too_long' },
    {
      name: '51 blocks',
      args: { channel: 'C1', blocks: Array(51).fill({ type: 'divider' }) },
      error: 'invalid_blocks',
    },
    { name: 'an empty text element', args: { channel: 'C1', blocks: [rich('')] }, error: 'invalid_blocks' },
    {
      name: 'an empty rich text',
      args: { channel: 'C1', blocks: [{ type: 'rich_text', elements: [] }] },
      error: 'invalid_blocks',
    },
    {
      name: 'a header of 151 characters',
      args: { channel: 'C1', blocks: [{ type: 'header', text: { type: 'plain_text', text: 'x'.repeat(151) } }] },
      error: 'invalid_blocks',
    },
    {
      name: 'a section of 3001 characters',
      args: { channel: 'C1', blocks: [{ type: 'section', text: { type: 'mrkdwn', text: 'x'.repeat(3_001) } }] },
      error: 'invalid_blocks',
    },
    {
      name: 'a block that does not exist',
      args: { channel: 'C1', blocks: [{ type: 'poem' }] },
      error: 'invalid_blocks',
    },
    { name: 'blocks that are no JSON', args: { channel: 'C1', blocks: '[{' }, error: 'invalid_blocks' },
    {
      name: '13,000 characters of blocks',
      args: { channel: 'C1', blocks: [rich('x'.repeat(13_000))] },
      error: 'msg_blocks_too_long',
    },
  ])('refuses $name: $error', async ({ args, error }) => {
    expect(await call('chat.postMessage', args)).toMatchObject({ ok: false, error });
    expect(slack.messages('C1')).toEqual([]);
  });

  it('knows its tokens', async () => {
    expect(await call('auth.test', {}, 'xoxb-guess')).toEqual({ ok: false, error: 'invalid_auth' });
    expect(await call('auth.test', {}, '')).toEqual({ ok: false, error: 'not_authed' });
    expect(await call('apps.connections.open', {})).toEqual({ ok: false, error: 'invalid_auth' });
    expect(await call('auth.test', {})).toMatchObject({ ok: true, team_id: 'T0LAB', user_id: 'U0BOT' });
  });

  it('remembers a message with all its edits, and refuses to edit what is not there', async () => {
    const { ts } = await call('chat.postMessage', { channel: 'C1', text: 'one' });
    await call('chat.update', { channel: 'C1', ts, text: 'two' });
    expect(slack.messages('C1')[0]?.versions.map(({ text }) => text)).toEqual(['one', 'two']);
    slack.remove('C1', String(ts));
    expect(await call('chat.update', { channel: 'C1', ts, text: 'three' })).toMatchObject({
      error: 'message_not_found',
    });
  });

  it('gives every message a ts of its own', async () => {
    const sent = await Promise.all(
      Array.from({ length: 20 }, () => call('chat.postMessage', { channel: 'C1', text: 'x' })),
    );
    expect(new Set(sent.map(({ ts }) => ts)).size).toBe(20);
  });

  describe('the way back of a command', () => {
    const open = async () => {
      slack.deliver.to({ is: 'http', url: `${slack.apiUrl}nobody` });
      return String((await slack.deliver.command({ channel: 'C2', user: 'U1', text: 'check' })).responseUrl);
    };
    const post = async (url: string, body: object) => {
      const answer = await fetch(url, { method: 'POST', body: JSON.stringify(body) });
      return `${answer.status} ${await answer.text()}`;
    };

    it('takes five posts', async () => {
      const url = await open();
      for (let use = 0; use < 5; use += 1) expect(await post(url, { text: 'x' })).toBe('200 ok');
      expect(await post(url, { text: 'x' })).toBe('404 used_url');
    });

    it('takes them for thirty minutes', async () => {
      const url = await open();
      time += 30 * 60_000;
      expect(await post(url, { text: 'x' })).toBe('200 ok');
      time += 1;
      expect(await post(url, { text: 'x' })).toBe('404 expired_url');
    });

    it('shows to the asker alone unless told, replaces on request, and refuses bad blocks', async () => {
      const url = await open();
      expect(await post(url, { text: 'x', blocks: [{ type: 'poem' }] })).toBe('500 invalid_blocks');
      await post(url, { text: 'one' });
      await post(url, { text: 'two', replace_original: true });
      expect(slack.messages('C2')).toEqual([]);
      expect(slack.toldTo('U1').map(({ versions }) => versions.map(({ text }) => text))).toEqual([['one', 'two']]);
    });
  });

  it('has faults on demand, for as many calls as told', async () => {
    slack.faults.set('chat.postMessage', { is: 'rate-limited', retryAfterSec: 7, times: 1 });
    const limited = await fetch(`${slack.apiUrl}chat.postMessage`, { method: 'POST' });
    expect([limited.status, limited.headers.get('retry-after')]).toEqual([429, '7']);
    expect(await call('chat.postMessage', { channel: 'C1', text: 'x' })).toMatchObject({ ok: true });
    slack.faults.set('*', { is: 'reset' });
    await expect(call('auth.test', {})).rejects.toThrow();
    slack.faults.clear();
    expect(await call('auth.test', {})).toMatchObject({ ok: true });
  });
});
