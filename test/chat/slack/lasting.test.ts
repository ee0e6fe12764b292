import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { handleOf } from '../../../src/chat/slack/address.js';
import { slackMessenger } from '../../../src/chat/slack/messenger.js';
import type { ReplyAddress } from '../../../src/domain/request.js';
import { type LabSlack, startSlack } from '../../../src/lab/slack/start-slack.js';
import { addressIn, configOf, keptLog, resultView, secretsOf } from './rig.js';

/** What is told later, unasked, and to whom. */
let slack: LabSlack;
let messenger: Required<ReturnType<typeof slackMessenger>>;
beforeAll(async () => {
  slack = await startSlack();
  slack.addChannel('C1');
  slack.addChannel('CFAR', { botIsMember: false });
  slack.addUser('U1', { tz: 'Asia/Kolkata' });
  slack.addUser('U2');
  messenger = slackMessenger({
    config: configOf(slack, 'http'),
    secrets: secretsOf(slack),
    clock: { now: Date.now },
    log: keptLog(),
  }) as Required<ReturnType<typeof slackMessenger>>;
});
afterAll(() => slack.stop());
beforeEach(() => slack.faults.clear());

const asked = addressIn('C1', {
  thread: '1.2',
  message: '3.4',
  respond: { url: 'https://hooks.slack.com/x', since: '2026-11-21T08:00:00.000Z', spent: 2 },
});
const told = async (to: ReplyAddress | null) => handleOf(await messenger.post(to as ReplyAddress, resultView()));

describe('an address that lasts', () => {
  it('is the channel, without thread, message and the way back of the command', async () => {
    expect(handleOf(messenger.lasting(asked))).toEqual({
      channel: 'C1',
      user: 'U1',
      thread: null,
      message: null,
      respond: null,
    });
    expect(await told(messenger.lasting(asked))).toMatchObject({ channel: 'C1', thread: null });
  });

  it('falls back to whoever asked where the bot is no member', async () => {
    const to = messenger.lasting(addressIn('CFAR'));
    expect(await told(to)).toMatchObject({ channel: 'D1', user: 'U1' });
  });

  it('of the configuration falls back to nobody', async () => {
    expect(await told(await messenger.named('C1'))).toMatchObject({ channel: 'C1', user: null });
    await expect(told(await messenger.named('CFAR'))).rejects.toMatchObject({ facts: { code: 'not_in_channel' } });
    await expect(messenger.tell((await messenger.named('C1')) as ReplyAddress, resultView())).resolves.toBeUndefined();
  });
});

describe('the time zone of whoever asks', () => {
  it.each([
    ['stands in their profile', 'U1', 'Asia/Kolkata'],
    ['is not there', 'U2', null],
    ['of somebody whom nobody knows', 'U9', null],
  ])('%s', async (_, user, zone) => expect(await messenger.zoneOf(addressIn('C1', { user }))).toBe(zone));

  it('is nothing to wait for', async () => {
    slack.faults.set('users.info', { is: 'rate-limited', retryAfterSec: 30 });
    expect(await messenger.zoneOf(addressIn('C1'))).toBeNull();
  });
});
