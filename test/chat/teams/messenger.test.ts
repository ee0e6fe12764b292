import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { ReplyAddress } from '../../../src/domain/request.js';
import { MessengerBusyError, MessengerRefusedError } from '../../../src/intake/ports.js';
import type { LabTeamsMessage } from '../../../src/lab/teams/messages.js';
import { seenInTeams } from '../../../src/lab/teams/words.js';
import { messengerContract } from '../../contract/messenger.js';
import { ENGINES, type Rig, resultView, runningView, section, startBot } from './rig.js';

/** In a thread of a channel, where most people ask. */
const contractRig = async (engine: (typeof ENGINES)[number]) => {
  const rig = await startBot({ engine });
  const { ann } = rig.people;
  const { channel } = rig.places;
  const { message: root } = await rig.teams.deliver.say({
    person: ann,
    conversation: channel,
    text: 'hello',
    mention: false,
  });
  const seen = () => rig.teams.saidByBot(channel).filter(({ removedAt }) => removedAt === null);
  return {
    messenger: rig.messenger,
    address: () => rig.addressIn(channel, null, root.id),
    seen: async () => seen().map(message => seenInTeams(message)),
    told: async () => rig.teams.saidByBot(rig.places.chat).map(message => seenInTeams(message)),
    remove: async (at: ReplyAddress) => {
      const id = (at.handle as { message: string }).message;
      const message = seen().find(each => each.id === id) as LabTeamsMessage;
      await rig.teams.deliver.remove({ person: ann, message });
    },
    overload: (retryAfterMs: number) =>
      rig.teams.connector.faults.set('*', { is: 'rate-limited', retryAfterSec: retryAfterMs / 1000 }),
    forbid: () => rig.teams.world.setInstalled(channel, false),
    stop: rig.stop,
  };
};
for (const engine of ENGINES) messengerContract(`Teams by ${engine}`, () => contractRig(engine));

let rig: Rig;
beforeEach(async () => {
  rig = await startBot();
});
afterEach(() => rig.stop());

const here = () => rig.addressIn(rig.places.chat);
const said = (place: 'chat' | 'channel' | 'general' | 'group' = 'chat') => rig.teams.saidByBot(rig.places[place]);
const offers = (place: 'chat' | 'channel' = 'chat') =>
  said(place).filter(({ versions }) =>
    versions.some(({ attachments }) => attachments.some(({ contentType }) => contentType.endsWith('file.consent'))),
  );
/** What was set off before has been worked on. */
const settled = async () => {
  const count = rig.asked.length + 1;
  await rig.teams.deliver.say({ person: rig.people.ann, conversation: rig.places.chat, text: 'help' });
  await rig.until(count);
};
const put = () => rig.teams.uploads().filter(({ complete }) => complete);
const script = { name: 'uccx-branch.ps1', content: '\ufeff# Made by uccx-doctor\r\nGet-ImapSettings # ä\r\n' };
const long = { ...script, content: 'Get-ImapSettings -Server CAS01 # and so on\r\n'.repeat(3_000) };
const withScript = { ...resultView(), attachment: script };

describe('a file in a personal chat', () => {
  it('is offered once, and put into the OneDrive of who accepts, byte for byte', async () => {
    const at = await rig.messenger.post(here(), withScript);
    await rig.messenger.edit(at, withScript);
    await rig.messenger.edit(at, withScript);
    expect(offers()).toHaveLength(1);
    const message = offers()[0] as LabTeamsMessage;
    const answer = await rig.teams.deliver.consent({ person: rig.people.ann, message, accept: true });
    expect(answer).toMatchObject({ status: 200, fault: null });
    await rig.teams.until(() => message.versions.length > 1);
    const [upload] = put();
    expect(upload?.bytes.toString('utf8')).toBe(script.content);
    expect(message.versions.at(-1)?.attachments[0]?.contentType).toBe('application/vnd.microsoft.teams.card.file.info');
  });

  it('that is declined is put away', async () => {
    await rig.messenger.post(here(), withScript);
    const message = offers()[0] as LabTeamsMessage;
    await rig.teams.deliver.consent({ person: rig.people.ann, message, accept: false });
    await rig.teams.until(() => message.versions.length > 1);
    expect(seenInTeams(message)).toMatch(/uccx-branch\.ps1 was not sent/);
    await rig.teams.deliver.consent({ person: rig.people.ann, message: atFirst(message), accept: true });
    await rig.teams.until(() => message.versions.length > 2);
    expect(seenInTeams(message)).toMatch(/no longer kept/);
    expect(put()).toEqual([]);
  });

  it('cannot be had by somebody else, nor put anywhere but into OneDrive', async () => {
    await rig.messenger.post(here(), withScript);
    const message = offers()[0] as LabTeamsMessage;
    const context = (message.versions[0]?.attachments[0]?.content as { acceptContext: unknown } | undefined)
      ?.acceptContext;
    const accept = (uploadUrl: string, from: object) =>
      rig.teams.deliver.activity(
        rig.teams.deliver.compose(
          'invoke',
          { person: rig.people.ann, conversation: rig.places.chat },
          {
            name: 'fileConsent/invoke',
            replyToId: message.id,
            value: {
              type: 'fileUpload',
              action: 'accept',
              context,
              uploadInfo: { uploadUrl, contentUrl: uploadUrl, name: 'x', uniqueId: 'x', fileType: 'ps1' },
            },
            ...from,
          },
        ),
      );
    const { bob } = rig.people;
    await accept(rig.url, { from: { id: bob.id, aadObjectId: bob.objectId } });
    await rig.teams.until(() => message.versions.length > 1);
    expect(seenInTeams(message)).toMatch(/no longer kept/);
    await accept(rig.url, {});
    await rig.teams.until(() => message.versions.length > 2);
    expect(seenInTeams(message)).toMatch(/could not be put into your OneDrive/);
    expect(rig.log.lines.join('\n')).toContain('the upload leads outside of the configured cloud');
  });

  it('that is accepted twice is put there once, and stays where it is', async () => {
    await rig.messenger.post(here(), withScript);
    const message = offers()[0] as LabTeamsMessage;
    const first = atFirst(message);
    rig.teams.connector.faults.set('upload', { is: 'slow', ms: 100, times: 1 });
    await Promise.all(
      [1, 2].map(() => rig.teams.deliver.consent({ person: rig.people.ann, message: first, accept: true })),
    );
    await rig.teams.until(() => message.versions.length > 1);
    await rig.teams.deliver.consent({ person: rig.people.ann, message: first, accept: true });
    await settled();
    expect(put()).toHaveLength(1);
    expect(message.versions.map(({ attachments }) => attachments[0]?.contentType.split('.').at(-1))).toEqual([
      'consent',
      'info',
    ]);
  });

  it.each([
    ['412', { is: 'status', status: 412, times: 1 }],
    ['429', { is: 'rate-limited', retryAfterSec: 1, times: 1 }],
  ] as const)('that lies in OneDrive is shown as that, though Teams answers %s once', async (_, fault) => {
    await rig.messenger.post(here(), withScript);
    const message = offers()[0] as LabTeamsMessage;
    rig.teams.connector.faults.set('update', fault);
    await rig.teams.deliver.consent({ person: rig.people.ann, message, accept: true });
    await rig.teams.until(() => message.versions.length > 1);
    expect(message.versions.at(-1)?.attachments[0]?.contentType).toMatch(/file\.info$/);
  });

  it('that lies in OneDrive is never told as not brought: a second click shows it, once Teams takes that', async () => {
    await rig.messenger.post(here(), withScript);
    const message = offers()[0] as LabTeamsMessage;
    rig.teams.connector.faults.set('update', { is: 'rate-limited', retryAfterSec: 600, times: 1 });
    await rig.teams.deliver.consent({ person: rig.people.ann, message, accept: true });
    await expect.poll(() => rig.log.lines.join('\n')).toMatch(/lies in OneDrive, and its message/);
    await rig.teams.deliver.consent({ person: rig.people.ann, message, accept: true });
    await rig.teams.until(() => message.versions.length > 1);
    expect(message.versions.at(-1)?.attachments[0]?.contentType).toMatch(/file\.info$/);
    expect(put()).toHaveLength(1);
  });

  it('that could not be brought, nor that be told, comes with the next click', async () => {
    await rig.messenger.post(here(), withScript);
    const message = offers()[0] as LabTeamsMessage;
    const { get } = rig.store.parcels;
    rig.store.parcels.get = () => Promise.reject(new Error('Redis is away'));
    rig.teams.connector.faults.set('update', { is: 'rate-limited', retryAfterSec: 600, times: 1 });
    await rig.teams.deliver.consent({ person: rig.people.ann, message, accept: true });
    await expect.poll(() => rig.log.lines.join('\n')).toMatch(/nor could its message say so/);
    rig.store.parcels.get = get;
    await rig.teams.deliver.consent({ person: rig.people.ann, message, accept: true });
    await rig.teams.until(() => put().length > 0);
  });

  it('is offered though Teams answers 429 once, and is lost to nobody', async () => {
    rig.teams.connector.faults.set('create', { is: 'rate-limited', retryAfterSec: 1, times: 1 });
    await rig.messenger.post(rig.addressIn(rig.places.channel), { ...resultView(), attachment: long });
    expect(offers()).toHaveLength(1);
    expect(seenInTeams(said('channel')[0] as LabTeamsMessage)).toMatch(/was offered to whoever asked/);
  });

  it('that the store has lost for now is not silently gone', async () => {
    await rig.messenger.post(here(), withScript);
    const message = offers()[0] as LabTeamsMessage;
    rig.store.parcels.get = () => Promise.reject(new Error('Redis is away'));
    await rig.teams.deliver.consent({ person: rig.people.ann, message, accept: true });
    await rig.teams.until(() => message.versions.length > 1);
    expect(seenInTeams(message)).toMatch(/could not be brought now/);
  });

  it.each(['javascript:alert(1)', 'https://evil.example/file'])('is never shown as a link to %s', async contentUrl => {
    await rig.messenger.post(here(), withScript);
    const message = offers()[0] as LabTeamsMessage;
    const made = { person: rig.people.ann, message, accept: true };
    const { activity } = await rig.teams.deliver.consent({ ...made, flaw: 'unsigned' });
    const value = activity.value as { uploadInfo: object };
    await rig.teams.deliver.activity({
      ...activity,
      value: { ...value, uploadInfo: { ...value.uploadInfo, contentUrl } },
    });
    await rig.teams.until(() => message.versions.length > 1);
    expect(put()).toHaveLength(1);
    expect(JSON.stringify(message.versions.at(-1))).not.toContain(contentUrl);
    expect(seenInTeams(message)).toMatch(/uccx-branch\.ps1 is in your OneDrive/);
  });

  it('that cannot be uploaded is still there for another try', async () => {
    await rig.messenger.post(here(), withScript);
    const message = offers()[0] as LabTeamsMessage;
    rig.teams.connector.faults.set('upload', { is: 'status', status: 503, times: 1 });
    await rig.teams.deliver.consent({ person: rig.people.ann, message, accept: true });
    await rig.teams.until(() => message.versions.length > 1);
    expect(seenInTeams(message)).toMatch(/could not be put into your OneDrive/);
    await rig.teams.deliver.consent({ person: rig.people.ann, message: atFirst(message), accept: true });
    await rig.teams.until(() => put().length > 0);
  });
});

describe('a script in a channel', () => {
  it('that fits stands in the card', async () => {
    await rig.messenger.post(rig.addressIn(rig.places.channel), withScript);
    expect(seenInTeams(said('channel')[0] as LabTeamsMessage)).toContain('Get-ImapSettings');
    expect(offers()).toEqual([]);
  });

  it('that does not is offered to the asker in their own chat', async () => {
    await rig.messenger.post(rig.addressIn(rig.places.channel), { ...resultView(), attachment: long });
    expect(offers()).toHaveLength(1);
    expect(offers('channel')).toEqual([]);
    expect(seenInTeams(said('channel')[0] as LabTeamsMessage)).toMatch(/was offered to whoever asked/);
  });

  it('and where they have none, the message says so, though Teams asks for a moment', async () => {
    rig.teams.world.setInstalled(rig.places.chat, false);
    rig.teams.connector.faults.set('update', { is: 'rate-limited', retryAfterSec: 1, times: 1 });
    await rig.messenger.post(rig.addressIn(rig.places.channel), { ...resultView(), attachment: long });
    const message = said('channel')[0] as LabTeamsMessage;
    expect(message.versions).toHaveLength(2);
    expect(seenInTeams(message)).toMatch(/could not be offered: add the app for yourself/);
    expect(said('channel')).toHaveLength(1);
  });
});

describe('what is told to the asker alone', () => {
  it('is told where they asked, if they have no chat with the bot', async () => {
    rig.teams.world.setInstalled(rig.places.chat, false);
    await rig.messenger.tell(rig.addressIn(rig.places.channel), resultView());
    expect(seenInTeams(said('channel')[0] as LabTeamsMessage)).toContain('branch: healthy');
    expect(said()).toEqual([]);
  });

  it.each([
    ['412', { is: 'status', status: 412, times: 1 }, true],
    ['429', { is: 'rate-limited', retryAfterSec: 60, times: 1 }, true],
    ['429 without a time', { is: 'rate-limited', retryAfterSec: null, times: 1 }, true],
    ['503', { is: 'status', status: 503, times: 1 }, false],
    ['nothing', { is: 'reset', times: 1 }, false],
  ] as const)('is told to nobody else because Teams answers %s', async (_, fault, untaken) => {
    for (const call of ['create', 'send'] as const) {
      rig.teams.connector.faults.clear();
      rig.teams.connector.faults.set(call, fault);
      const asked = rig.messenger.tell(rig.addressIn(rig.places.channel), resultView());
      await expect(asked).rejects.toMatchObject({ name: 'MessengerBusyError', untaken });
    }
    expect([...said(), ...said('channel')]).toEqual([]);
    await rig.messenger.tell(rig.addressIn(rig.places.channel), resultView());
    expect(said()).toHaveLength(1);
  });
});

describe('when Teams', () => {
  it.each([
    ['413', { is: 'status', status: 413, times: 1 }],
    ['400', { is: 'status', status: 400, code: 'BadArgument', times: 1 }],
  ] as const)('finds a card too much (%s), the words come, and everything in a file', async (_, fault) => {
    rig.teams.connector.faults.set('send', fault);
    const commands = [{ label: 'Run', lines: ['Get-ImapSettings'], note: null }];
    await rig.messenger.post(here(), resultView(section({ title: 'One', commands })));
    const [message] = said();
    expect(message?.versions[0]?.text).toContain('branch: healthy');
    const [offer] = offers();
    await rig.teams.deliver.consent({ person: rig.people.ann, message: offer as LabTeamsMessage, accept: true });
    await rig.teams.until(() => put().length > 0);
    expect(put()[0]?.bytes.toString('utf8')).toContain('\nGet-ImapSettings\n');
  });

  const NAMED: [number, string, RegExp][] = [
    [403, 'BotNotInConversationRoster', /add the app to the team or chat again/],
    [403, 'ForbiddenOperationException', /the app is not installed for that person/],
    [403, 'BotDisabledByAdmin', /Teams admin center/],
    [403, 'SomethingNew', /is the app installed, and allowed by the administrator/],
    [404, 'ConversationNotFound', /never installed there/],
    [401, 'Unauthorized', /selfcheck teams/],
  ];
  it.each(NAMED)('refuses by %i %s, that is named as what somebody must do', async (status, code, says) => {
    rig.teams.connector.faults.set('send', { is: 'status', status, code });
    const error = await rig.messenger.post(here(), runningView).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(MessengerRefusedError);
    expect((error as Error).message).toMatch(says);
    expect((error as MessengerRefusedError).facts).toMatchObject({ status });
  });

  it.each([412, 429, 500, 502, 503, 504])('answers %i, it is worth another try', async status => {
    rig.teams.connector.faults.set('send', { is: 'status', status });
    await expect(rig.messenger.post(here(), runningView)).rejects.toBeInstanceOf(MessengerBusyError);
  });

  it('has lost the thread, it begins another in that channel', async () => {
    const at = await rig.messenger.post(rig.addressIn(rig.places.channel, null, '1700000000000'), runningView);
    await rig.messenger.edit(at, resultView());
    expect(said('channel').map(({ versions }) => versions.length)).toEqual([2]);
  });

  it('takes no edit of a message that is not ours, the answer is posted, once', async () => {
    const { message } = await rig.teams.deliver.say({
      person: rig.people.ann,
      conversation: rig.places.chat,
      text: 'not to be changed',
    });
    const at = rig.addressIn(rig.places.chat, message.id);
    expect(await rig.messenger.edit(at, runningView)).toEqual(at);
    await rig.messenger.edit(at, resultView());
    expect(said().map(each => seenInTeams(each).split('\n')[0])).toEqual([expect.stringContaining('branch: healthy')]);
    expect(seenInTeams(message)).toContain('not to be changed');
  });

  it('knows no such message by 400, the answer is posted', async () => {
    const at = await rig.messenger.post(here(), runningView);
    rig.teams.connector.faults.set('update', { is: 'status', status: 400, code: 'BadArgument' });
    await rig.messenger.edit(at, resultView());
    expect(seenInTeams(said()[1] as LabTeamsMessage)).toContain('branch: healthy');
  });

  it('has lost the message of a running check, nothing new says that it runs', async () => {
    const at = await rig.messenger.post(here(), runningView);
    await rig.teams.deliver.remove({ person: rig.people.ann, message: said()[0] as LabTeamsMessage });
    await rig.messenger.edit(at, runningView);
    await rig.messenger.edit(at, resultView());
    expect(said().filter(({ removedAt }) => removedAt === null)).toHaveLength(1);
  });

  it('has lost the place of the message, it is not posted elsewhere', async () => {
    const at = await rig.messenger.post(here(), runningView);
    rig.teams.connector.faults.set('update', { is: 'status', status: 404, code: 'ConversationNotFound' });
    await expect(rig.messenger.edit(at, resultView())).rejects.toThrow(/never installed there/);
    expect(said()).toHaveLength(1);
  });
});

describe('a link', () => {
  it('leads to the message in its thread; to a personal chat there is none', async () => {
    const { channel, chat } = rig.places;
    const { message: root } = await rig.teams.deliver.say({
      person: rig.people.ann,
      conversation: channel,
      text: 'hello',
      mention: false,
    });
    const at = await rig.messenger.post(rig.addressIn(channel, null, root.id), runningView);
    const link = new URL((await rig.messenger.link(at)) ?? '');
    expect(`${link.origin}${decodeURIComponent(link.pathname)}`).toBe(
      `https://teams.microsoft.com/l/message/${channel.id}/${(at.handle as { message: string }).message}`,
    );
    expect(Object.fromEntries(link.searchParams)).toEqual({
      tenantId: rig.teams.tenant,
      parentMessageId: root.id,
    });
    expect(await rig.messenger.link(await rig.messenger.post(rig.addressIn(chat), runningView))).toBeNull();
  });
});

it('an address of somebody else’s making is refused, and nothing is sent', async () => {
  const handle = { ...(here().handle as object), serviceUrl: 'https://smba.elsewhere.test/emea/' };
  const calls = rig.teams.calls.length;
  await expect(rig.messenger.post({ platform: 'teams', handle }, runningView)).rejects.toThrow(/configured cloud/);
  await expect(rig.messenger.post({ platform: 'teams', handle: { conversation: 'x' } }, runningView)).rejects.toThrow(
    /no address in Teams/,
  );
  expect(rig.teams.calls).toHaveLength(calls);
});

/** The message as it stood first, for a person whose client has not seen the edit yet. */
const atFirst = (message: LabTeamsMessage): LabTeamsMessage => ({ ...message, versions: message.versions.slice(0, 1) });
