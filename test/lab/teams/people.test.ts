import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type LabTeams, startTeams } from '../../../src/lab/teams/start-teams.js';
import { seenInTeams } from '../../../src/lab/teams/words.js';
import type { LabConversation, LabPerson } from '../../../src/lab/teams/world.js';
import { botClient, type Client, card, words } from './client.js';
import { type ListeningBot, listeningBot } from './listening-bot.js';

const ADAPTIVE = 'application/vnd.microsoft.card.adaptive';

/** What a bot hears of people, and what they see of its answers. */
describe('the people of the simulated Teams', () => {
  let teams: LabTeams;
  let bot: ListeningBot;
  let call: Client;
  let ann: LabPerson;
  let bob: LabPerson;
  let chat: LabConversation;
  let general: LabConversation;
  beforeEach(async () => {
    [teams, bot] = await Promise.all([startTeams(), listeningBot()]);
    teams.deliver.to(bot.url);
    call = await botClient(teams);
    [ann, bob] = [teams.world.addPerson('Ann Agent'), teams.world.addPerson('Bob Admin')];
    chat = teams.world.personalOf(ann);
    general = teams.world.addTeam('Contact centre', [ann, bob]).general;
    for (const place of [chat, general]) teams.world.setInstalled(place, true);
  });
  afterEach(() => Promise.all([bot.stop(), teams.stop()]));

  const heard = () => bot.heard.map(({ activity }) => activity);
  const show = async (place: LabConversation, body: unknown) => {
    const { body: sent } = await call('POST', `conversations/${place.id}/activities`, body);
    const message = teams.messages(place).find(({ id }) => id === sent.id);
    if (!message) throw new Error(JSON.stringify(sent));
    return message;
  };

  it('install the bot and remove it', async () => {
    const group = teams.world.addGroup([ann, bob]);
    await teams.deliver.install({ person: ann, conversation: group });
    const conversation = { id: group.id, conversationType: 'groupChat', isGroup: true, tenantId: teams.tenant };
    expect(heard()).toMatchObject([
      { type: 'conversationUpdate', membersAdded: [{ id: teams.bot.id }], conversation },
      { type: 'installationUpdate', action: 'add', conversation, from: { aadObjectId: ann.objectId } },
    ]);
    await teams.deliver.uninstall({ person: ann, conversation: group });
    expect(heard().slice(2)).toMatchObject([{ membersRemoved: [{ id: teams.bot.id }] }, { action: 'remove' }]);
    const refused = await call('POST', `conversations/${group.id}/activities`, { type: 'message', text: 'x' });
    expect(refused).toMatchObject({ status: 403, body: { error: { code: 'BotNotInConversationRoster' } } });
    await expect(teams.deliver.say({ person: ann, conversation: group, text: 'hm' })).rejects.toThrow(/not installed/);
  });

  it('speak in a channel by mention, in a thread of their own or another’s', async () => {
    const first = await teams.deliver.say({ person: ann, conversation: general, text: 'check <prod>' });
    await teams.deliver.say({
      person: bob,
      conversation: general,
      text: 'and?',
      thread: first.message.id,
      mention: false,
    });
    const thread = `${general.id};messageid=${first.message.id}`;
    expect(heard()).toMatchObject([
      {
        type: 'message',
        id: first.message.id,
        text: '<at>UCCX Doctor</at> check <prod>',
        entities: [
          { type: 'mention', text: '<at>UCCX Doctor</at>', mentioned: { id: teams.bot.id } },
          { type: 'clientInfo' },
        ],
        attachments: [{ contentType: 'text/html', content: expect.stringContaining('&nbsp;check &lt;prod&gt;</p>') }],
        conversation: { id: thread, conversationType: 'channel' },
        channelData: { tenant: { id: teams.tenant }, team: { id: general.team?.id }, channel: { id: general.id } },
        serviceUrl: teams.connector.serviceUrl,
      },
      { text: 'and?', conversation: { id: thread }, from: { aadObjectId: bob.objectId } },
    ]);
    expect(first).toMatchObject({ status: 200, fault: null });
  });

  it('change and take back what they said', async () => {
    const { message } = await teams.deliver.say({ person: ann, conversation: chat, text: 'chekc' });
    await teams.deliver.edit({ person: ann, message, text: 'check' });
    await teams.deliver.remove({ person: ann, message });
    expect(heard().slice(1)).toMatchObject([
      { type: 'messageUpdate', id: message.id, text: 'check', channelData: { eventType: 'editMessage' } },
      { type: 'messageDelete', id: message.id, channelData: { eventType: 'softDeleteMessage' } },
    ]);
    expect([message.versions.map(({ text }) => text), teams.messages(chat)]).toEqual([['chekc', 'check'], []]);
  });

  it('attach files that can be fetched without a token, and not with one', async () => {
    await teams.deliver.say({
      person: ann,
      conversation: chat,
      text: 'read',
      attachments: [teams.file('a.log', 'line 1')],
    });
    const [file] = (heard()[0]?.attachments ?? []) as { contentType: string; content: { downloadUrl: string } }[];
    expect(file).toMatchObject({ contentType: 'application/vnd.microsoft.teams.file.download.info', name: 'a.log' });
    const url = file?.content.downloadUrl ?? '';
    expect(await (await fetch(url)).text()).toBe('line 1');
    expect((await fetch(url, { headers: { authorization: 'Bearer x' } })).status).toBe(401);
  });

  it('press a button as it lies before them, and alone see the card that comes back until the next update', async () => {
    const again = { type: 'Action.Execute', title: 'Again', verb: 'recheck', data: { run: 'r1' } };
    const message = await show(general, card({ body: [words('ill')], actions: [again] }));
    const value = { type: 'AdaptiveCard', version: '1.5', body: [words('running')] };
    bot.answer({ status: 200, body: { statusCode: 200, type: ADAPTIVE, value } });
    const done = await teams.deliver.click({ person: bob, message, label: 'Again', inputs: { why: 'x' } });
    expect(done).toMatchObject({ status: 200, fault: null });
    expect(heard()).toMatchObject([
      {
        type: 'invoke',
        name: 'adaptiveCard/action',
        replyToId: message.id,
        from: { aadObjectId: bob.objectId },
        conversation: { id: `${general.id};messageid=${message.id}` },
        value: {
          action: { type: 'Action.Execute', verb: 'recheck', data: { run: 'r1', why: 'x' } },
          trigger: 'manual',
        },
      },
    ]);
    const seen = () => [ann, bob].map(({ id }) => seenInTeams(message, id));
    expect(seen()).toEqual(['ill\n[Again]', 'running']);
    await expect(teams.deliver.click({ person: bob, message, label: 'Again' })).rejects.toThrow(/no such button/);
    await call('PUT', `conversations/${general.id}/activities/${message.id}`, card({ body: [words('well')] }));
    expect(seen()).toEqual(['well', 'well']);
  });

  it('press a button of the old kind: a message with its data', async () => {
    const stop = { type: 'Action.Submit', title: 'Stop', data: { verb: 'stop' } };
    const message = await show(chat, card({ body: [{ type: 'ActionSet', actions: [stop] }] }));
    await teams.deliver.click({ person: ann, message, label: 'Stop' });
    expect(heard()).toMatchObject([{ type: 'message', value: { verb: 'stop' }, replyToId: message.id }]);
    expect(heard()[0]).not.toHaveProperty('text');
  });

  it('look at a card that refreshes for them, and for nobody else', async () => {
    const action = { type: 'Action.Execute', verb: 'refresh', data: {} };
    const message = await show(general, card({ refresh: { action, userIds: [ann.id] }, body: [words('v1')] }));
    bot.answer({
      status: 200,
      body: { statusCode: 200, type: 'application/vnd.microsoft.activity.message', value: 'still running' },
    });
    expect((await teams.deliver.refresh({ person: ann, message })).fault).toBeNull();
    expect(heard()).toMatchObject([{ value: { action: { verb: 'refresh' }, trigger: 'automatic' } }]);
    await expect(teams.deliver.refresh({ person: bob, message })).rejects.toThrow(/does not refresh for this person/);
  });

  it.each([
    { name: 'a bare 200', answer: { status: 200 }, fault: /names its statusCode/ },
    { name: 'a failure', answer: { status: 500, body: {} }, fault: /status 500/ },
    { name: 'no card', answer: { status: 200, body: { statusCode: 200, type: ADAPTIVE } }, fault: /no card came/ },
    {
      name: 'a bad card',
      answer: {
        status: 200,
        body: { statusCode: 200, type: ADAPTIVE, value: { type: 'AdaptiveCard', version: '1.9' } },
      },
      fault: /1\.5 at most/,
    },
    { name: 'nothing in time', answer: 'nothing' as const, fault: /status 504/ },
  ])('see an error when a button is answered with $name', async ({ answer, fault }) => {
    const press = { type: 'Action.Execute', title: 'Go', verb: 'go' };
    const message = await show(chat, card({ body: [words('x')], actions: [press] }));
    bot.answer(answer);
    teams.connector.setWaits({ invoke: answer === 'nothing' ? 50 : 5_000, message: 5_000 });
    expect((await teams.deliver.click({ person: ann, message, label: 'Go' })).fault).toMatch(fault);
    expect(seenInTeams(message, ann.id)).toBe('x\n[Go]');
  });

  describe('offered a file', () => {
    const consent = {
      contentType: 'application/vnd.microsoft.teams.card.file.consent',
      name: 'fix.ps1',
      content: { description: 'x', sizeInBytes: 6, acceptContext: { run: 1 }, declineContext: { run: 2 } },
    };
    type Info = { uploadUrl: string; uniqueId: string };
    const accepted = async (): Promise<Info> => {
      const message = await show(chat, { type: 'message', attachments: [consent] });
      await teams.deliver.consent({ person: ann, message, accept: true });
      const { value } = heard().at(-1) as { value: { uploadInfo: Info } };
      return value.uploadInfo;
    };
    const put = async (url: string, bytes: string, range: string | null, more = {}) => {
      const headers = { ...(range ? { 'content-range': range } : {}), ...more };
      return (await fetch(url, { method: 'PUT', headers, body: bytes })).status;
    };

    it('take it: the bot uploads and shows it', async () => {
      const { uploadUrl, uniqueId } = await accepted();
      expect(heard()[0]).toMatchObject({
        name: 'fileConsent/invoke',
        value: { action: 'accept', context: { run: 1 } },
      });
      const shown = {
        type: 'message',
        attachments: [{ contentType: 'application/vnd.microsoft.teams.card.file.info', content: { uniqueId } }],
      };
      const early = await call('POST', `conversations/${chat.id}/activities`, shown);
      expect(early.body.error?.code).toBe('BadArgument');
      expect(await put(uploadUrl, 'abc', null)).toBe(400);
      expect(await put(uploadUrl, 'abc', 'bytes 0-2/6', { authorization: 'Bearer x' })).toBe(401);
      expect(await put(uploadUrl, 'abc', 'bytes 0-3/6')).toBe(400);
      expect(await put(uploadUrl, 'abc', 'bytes 0-2/6')).toBe(202);
      expect(await put(uploadUrl, 'abc', 'bytes 0-2/6')).toBe(416);
      expect(await put(uploadUrl, 'def', 'bytes 3-5/6')).toBe(201);
      expect(teams.uploads().map(({ name, bytes, complete }) => [name, String(bytes), complete])).toEqual([
        ['fix.ps1', 'abcdef', true],
      ]);
      expect((await call('POST', `conversations/${chat.id}/activities`, shown)).status).toBe(201);
    });

    it('decline it, and are not offered one in a channel', async () => {
      const message = await show(chat, { type: 'message', attachments: [consent] });
      await teams.deliver.consent({ person: ann, message, accept: false });
      expect(heard()).toMatchObject([{ value: { action: 'decline', context: { run: 2 } } }]);
      expect(heard()[0]?.value).not.toHaveProperty('uploadInfo');
      const refused = await call('POST', `conversations/${general.id}/activities`, {
        type: 'message',
        attachments: [consent],
      });
      expect(refused.body.error?.code).toBe('BadArgument');
    });
  });

  it('can be waited for', async () => {
    const found = teams.until(() => teams.saidByBot(chat).find(message => message.versions.at(-1)?.text === 'done'));
    const message = await show(chat, { type: 'message', text: 'checking' });
    await call('PUT', `conversations/${chat.id}/activities/${message.id}`, { type: 'message', text: 'done' });
    expect((await found).id).toBe(message.id);
    await expect(teams.until(() => false, 20)).rejects.toThrow(/did not come/);
  });
});
