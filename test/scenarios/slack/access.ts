import { createHmac } from 'node:crypto';
import { beforeAll, describe, expect, it } from 'vitest';
import { seenIn } from '../../../src/lab/slack/start-slack.js';
import { type SlackWhole, saidBy } from '../../support/slack-whole.js';
import { triedIn } from '../../support/tried-in.js';

/** Who may ask, and who is even heard; first of all, for nothing is laid into Redis and no server touched for the others. */
let test: SlackWhole;

const touched = () => ['prod', 'bad-password'].map(id => test.lab.counters(id).imap?.connections);
const triedBadPassword = () => triedIn(test.lab.counters('bad-password').imap?.accounts);
/** What one person alone is told to one question. */
const toldTo = async (user: string, ask: () => Promise<unknown>): Promise<string> => {
  const before = test.slack.toldTo(user).length;
  await ask();
  return seenIn(await test.slack.until(() => test.slack.toldTo(user)[before]));
};
const command = (user: string, text: string, more: object = {}) =>
  test.slack.deliver.command({ channel: 'C1', user, text, ...more });

export const access = (whole: () => SlackWhole): void => {
  beforeAll(() => {
    test = whole();
  });

  describe('a request that Slack did not sign, now', () => {
    const form = new URLSearchParams({
      team_id: 'T0LAB',
      channel_id: 'C1',
      user_id: 'U0OP',
      command: '/uccx',
      text: 'check prod',
      response_url: 'https://hooks.slack.com/commands/x',
      trigger_id: '1.2.forged',
    }).toString();
    const nowSec = () => Math.floor(Date.now() / 1000);
    const signed = (atSec: number, secret: string, body = form) => ({
      'x-slack-request-timestamp': String(atSec),
      'x-slack-signature': `v0=${createHmac('sha256', secret).update(`v0:${atSec}:${body}`).digest('hex')}`,
    });

    it.each<[string, () => Record<string, string>, string?]>([
      ['unsigned', () => ({})],
      ['of ten minutes ago', () => signed(nowSec() - 600, test.slack.signingSecret)],
      ['of ten minutes ahead', () => signed(nowSec() + 600, test.slack.signingSecret)],
      ['signed by somebody else', () => signed(nowSec(), 'another secret')],
      ['signed for another body', () => signed(nowSec(), test.slack.signingSecret, `${form}&x=1`)],
      ['unsigned and said to be a test of the certificate', () => ({}), 'ssl_check=1&token=x'],
    ])('%s is answered 401, and nothing is laid into Redis', async (_, headers, body = form) => {
      const answer = await fetch(test.url, {
        method: 'POST',
        headers: { 'content-type': 'application/x-www-form-urlencoded', ...headers() },
        body,
      });
      expect([answer.status, await answer.text()]).toEqual([401, '']);
      await heard();
      expect(await test.runs()).toEqual([]);
      expect(test.slack.messages('C1')).toEqual([]);
    });
  });

  describe('a person', () => {
    it('without a role is told their id and the line to add, and nothing is laid into Redis', async () => {
      const before = touched();
      const told = await toldTo('U0NOBODY', () => command('U0NOBODY', 'check prod'));
      expect(told).toContain('You have no right to use this bot here.');
      expect(told).toContain('Your id is U0NOBODY, and this channel is C1.');
      expect(told).toContain('- { role: runner, platform: slack, users: ["U0NOBODY"] }');
      expect([await test.runs(), touched(), test.slack.messages('C1')]).toEqual([[], before, []]);
    });

    it('of another workspace is refused, though their id stands in the configuration', async () => {
      const told = await toldTo('U0EXT', () => command('U0EXT', 'check prod', { team: 'T0OTHER' }));
      expect(told).toContain('Only people of the workspace that installed this bot can use it.');
      const mentioned = await toldTo('U0EXT', () =>
        test.slack.deliver.mention({ channel: 'C1', user: 'U0EXT', text: 'check prod', team: null }),
      );
      expect(mentioned).toContain('Only people of the workspace');
      expect(await test.runs()).toEqual([]);
    });

    it('who may only look is refused a check, by the name of the role', async () => {
      const told = await toldTo('U0VIEW', () => command('U0VIEW', 'check'));
      expect(told).toContain('You have no right to do this: it needs the role runner, and yours is viewer.');
      expect(await test.runs()).toEqual([]);
    });

    it('in a user group has its role', async () => {
      await command('U0GROUP', 'check prod');
      expect(saidBy(await test.answer('C1'))).toMatch(/^prod: healthy\./);
      expect(
        test.slack.calls.filter(({ method }) => method === 'usergroups.users.list').map(({ args }) => args.usergroup),
      ).toEqual(['S0OPS']);
    });
  });

  describe('words that nobody says to the bot', () => {
    const event = (type: string, more: Record<string, unknown>) =>
      test.slack.deliver.event(type, { channel: 'C2', user: 'U0OP', text: '<@U0BOT> check prod', more });
    it.each<[string, () => Promise<{ status: number }>]>([
      ['an edited message', () => event('message', { subtype: 'message_changed', channel_type: 'channel' })],
      ['an edited mention', () => event('app_mention', { edited: { user: 'U0OP', ts: '1.2' } })],
      ['a bot', () => event('app_mention', { bot_id: 'B0OTHER' })],
      [
        'the bot itself',
        () => test.slack.deliver.event('app_mention', { channel: 'C2', user: 'U0BOT', text: 'check prod' }),
      ],
      [
        'a deletion in a direct message',
        () => test.slack.deliver.direct({ user: 'U0OP', text: 'check prod', more: { subtype: 'message_deleted' } }),
      ],
      ['talk in a channel', () => event('message', { channel_type: 'channel' })],
    ])('%s: acknowledged, and runs nothing', async (_, say) => {
      const [runs, before] = [await test.runs(), touched()];
      expect((await say()).status).toBe(200);
      await heard();
      expect([(await test.runs()).filter(run => !runs.includes(run)), touched()]).toEqual([[], before]);
      expect(test.slack.messages('C2')).toEqual([]);
    });
  });

  describe('--login-anyway', () => {
    it('is refused to a runner and taken from an operator: one more login, and only then', async () => {
      test.slack.addChannel('C0ANYWAY');
      const at = { channel: 'C0ANYWAY' };
      await command('U0RUN', 'check bad-password', at);
      await test.answer('C0ANYWAY', 0);
      expect(triedBadPassword()).toBe(1);
      await command('U0RUN', 'check bad-password', at);
      expect(saidBy(await test.answer('C0ANYWAY', 1))).toMatch(/^bad-password: unknown\./);
      expect(triedBadPassword()).toBe(1);
      const told = await toldTo('U0RUN', () => command('U0RUN', 'check bad-password --login-anyway', at));
      expect(told).toContain('You have no right to do this with bad-password: it needs the role operator.');
      expect(triedBadPassword()).toBe(1);
      await command('U0OP', 'check bad-password —login-anyway', at); // as a phone types it
      await test.answer('C0ANYWAY', 2);
      expect(triedBadPassword()).toBe(2);
    });
  });
};

/** A question that was put after the others is answered: whatever they set off has been taken in. */
const heard = async (): Promise<void> => {
  await toldTo('U0OP', () => command('U0OP', 'explain imap-login'));
};
