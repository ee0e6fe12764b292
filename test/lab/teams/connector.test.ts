import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type LabTeams, startTeams } from '../../../src/lab/teams/start-teams.js';
import { seenInTeams } from '../../../src/lab/teams/words.js';
import type { LabConversation, LabPerson } from '../../../src/lab/teams/world.js';
import { botClient, type Client, card, said, words } from './client.js';

/** What the lab refuses is what makes the tests of the bot worth something. */
describe('the connector of the simulated Teams', () => {
  let teams: LabTeams;
  let call: Client;
  let ann: LabPerson;
  let chat: LabConversation;
  let channel: LabConversation;
  let time = Date.now();
  beforeEach(async () => {
    time = Date.now();
    teams = await startTeams({ now: () => time });
    call = await botClient(teams);
    ann = teams.world.addPerson('Ann Agent');
    chat = teams.world.personalOf(ann);
    channel = teams.world.addTeam('Contact centre', [ann]).general;
    teams.world.setInstalled(chat, true);
    teams.world.setInstalled(channel, true);
  });
  afterEach(() => teams.stop());

  const send = (place: LabConversation, body: unknown) => call('POST', `conversations/${place.id}/activities`, body);
  const outcome = async (answered: ReturnType<Client>) => {
    const { status, body } = await answered;
    return `${status} ${body.error?.code ?? ''}`.trim();
  };
  const buttons = (count: number) =>
    Array.from({ length: count }, (_, number) => ({ type: 'Action.Execute', title: `b${number}`, verb: 'v' }));

  it.each([
    { name: 'nothing said', body: { type: 'message' }, is: '400 BadSyntax' },
    { name: 'no JSON', body: '{"type":', is: '400 BadSyntax' },
    { name: 'an activity that bots do not send', body: { type: 'endOfDeath' }, is: '400 BadSyntax' },
    { name: 'more than 100 KB in UTF-16', body: said('x'.repeat(51_200)), is: '413 MessageSizeTooBig' },
    { name: 'a card of version 1.6', body: card({ version: '1.6' }), is: '400 BadArgument' },
    { name: 'an element that Teams does not know', body: card({ body: [{ type: 'Poem' }] }), is: '400 BadArgument' },
    {
      name: 'a card in a card that nobody knows',
      body: card({ body: [{ type: 'Container', items: [{ type: 'X' }] }] }),
      is: '400 BadArgument',
    },
    { name: 'seven buttons in a row', body: card({ actions: buttons(7) }), is: '400 BadArgument' },
    {
      name: 'a button without words',
      body: card({ actions: [{ type: 'Action.Execute', verb: 'v' }] }),
      is: '400 BadArgument',
    },
    {
      name: 'a picture by plain http',
      body: card({ body: [{ type: 'Image', url: 'http://a.test/x.png' }] }),
      is: '400 BadArgument',
    },
    {
      name: 'two elements of one id',
      body: card({
        body: [
          { ...words('a'), id: 'x' },
          { ...words('b'), id: 'x' },
        ],
      }),
      is: '400 BadArgument',
    },
    {
      name: 'a fold of nothing',
      body: card({ actions: [{ type: 'Action.ToggleVisibility', title: 'More', targetElements: ['gone'] }] }),
      is: '400 BadArgument',
    },
    {
      name: 'a refresh for 61 people',
      body: card({ refresh: { action: { type: 'Action.Execute', verb: 'r' }, userIds: Array(61).fill('29:x') } }),
      is: '400 BadArgument',
    },
    {
      name: 'an attachment that Teams does not know',
      body: { type: 'message', attachments: [{ contentType: 'a/b', content: 1 }] },
      is: '400 BadArgument',
    },
  ])('refuses $name: $is', async ({ body, is }) => {
    expect(await outcome(send(chat, body))).toBe(is);
    expect(teams.messages(chat)).toEqual([]);
  });

  it('takes what is just small enough, and an unknown element with a fallback', async () => {
    const room = 51_200 - JSON.stringify(said('')).length;
    expect(await outcome(send(chat, said('x'.repeat(room))))).toBe('201');
    await send(chat, card({ body: [{ type: 'Chart.Donut', fallback: words('3 of 4') }], actions: buttons(6) }));
    expect(seenInTeams(teams.messages(chat).at(-1) as never)).toBe('3 of 4\n[b0]\n[b1]\n[b2]\n[b3]\n[b4]\n[b5]');
  });

  it('knows who may write where', async () => {
    const group = teams.world.addGroup([ann]);
    const stranger = teams.world.addPerson('Sam Stranger');
    expect(await outcome(send(group, said('x')))).toBe('403 BotNotInConversationRoster');
    expect(await outcome(call('POST', 'conversations/a:nobody/activities', said('x')))).toBe(
      '404 ConversationNotFound',
    );
    expect(await outcome(send(teams.world.personalOf(stranger), said('x')))).toBe('403 ForbiddenOperationException');
    chat.blocked = true;
    expect((await send(chat, said('x'))).body.error).toMatchObject({
      code: 'ConversationBlockedByUser',
      subCode: 'MessageWritesBlocked',
    });
    const { port, pathname } = new URL(teams.connector.serviceUrl);
    const other = await fetch(`http://localhost:${port}${pathname}v3/conversations/x/activities`, { method: 'POST' });
    expect(await other.json()).toMatchObject({ error: { code: 'InvalidBotApiHost' } });
  });

  it('keeps every version of a message, and changes the bot’s own alone', async () => {
    const id = String((await send(chat, said('checking'))).body.id);
    const at = `conversations/${encodeURIComponent(chat.id)}/activities/${encodeURIComponent(id)}`;
    expect(id).toMatch(/^1:/);
    await call('PUT', at, card({ body: [words('2 of 4')] }));
    await call('PUT', at, said('done'));
    const [message] = teams.messages(chat);
    expect(message?.versions.map(({ text, attachments }) => [text, attachments.length])).toEqual([
      ['checking', 0],
      ['', 1],
      ['done', 0],
    ]);
    expect(await outcome(call('DELETE', at))).toBe('200');
    expect(await outcome(call('PUT', at, said('again')))).toBe('404 ActivityNotFoundInConversation');
    expect(teams.messages(chat)).toEqual([]);
    expect(teams.saidByBot(chat)).toHaveLength(1);

    teams.deliver.to(teams.identity.authority.loginUrl);
    const { message: hers } = await teams.deliver.say({ person: ann, conversation: chat, text: 'mine' });
    const theirs = `conversations/${chat.id}/activities/${hers.id}`;
    expect(await outcome(call('PUT', theirs, said('x')))).toBe('403 NotEnoughPermissions');
    expect(await outcome(call('DELETE', theirs))).toBe('403 NotEnoughPermissions');
  });

  it('hangs answers into the thread that the conversation names, and refuses one that is not there', async () => {
    const root = String((await send(channel, said('root'))).body.id);
    expect(root).toMatch(/^\d{13}$/);
    const inThread = await call('POST', `conversations/${channel.id};messageid=${root}/activities`, said('in it'));
    await call('POST', `conversations/${channel.id}/activities/${String(inThread.body.id)}`, said('to that'));
    const missing = call('POST', `conversations/${channel.id};messageid=1/activities`, said('x'));
    expect(await outcome(missing)).toBe('404 ActivityNotFoundInConversation');
    expect(teams.messages(channel).map(({ thread }) => thread)).toEqual([null, root, root]);
  });

  it('opens a chat with a person of the right tenant, once, and a new thread with its first words', async () => {
    const bot = { id: teams.bot.id };
    const open = (more: object) =>
      call('POST', 'conversations', { bot, isGroup: false, tenantId: teams.tenant, ...more });
    const opened = await open({ members: [{ id: ann.objectId }], activity: said('hello') });
    expect(opened).toMatchObject({ status: 201, body: { id: chat.id, activityId: teams.messages(chat)[0]?.id } });
    expect(await outcome(open({ members: [{ id: ann.id }], tenantId: 'other' }))).toBe(
      '403 ForbiddenOperationException',
    );
    expect(await outcome(call('POST', 'conversations', { bot, members: [{ id: ann.id }] }))).toBe('400 BadSyntax');
    const sam = teams.world.addPerson('Sam Stranger');
    expect(await outcome(open({ members: [{ id: sam.id }] }))).toBe('403 ForbiddenOperationException');
    const thread = await open({ isGroup: true, channelData: { channel: { id: channel.id } }, activity: said('news') });
    expect(thread.body.id).toBe(`${channel.id};messageid=${teams.messages(channel)[0]?.id}`);
  });

  it('tells who is there', async () => {
    const { body } = await call('GET', `conversations/${channel.id}/members`);
    expect(body).toMatchObject([{ id: ann.id, aadObjectId: ann.objectId, tenantId: teams.tenant, name: 'Ann Agent' }]);
    expect((await call('GET', `conversations/${channel.id}/members/${ann.objectId}`)).body).toMatchObject({
      id: ann.id,
    });
    expect(await outcome(call('GET', `conversations/${channel.id}/members/29:x`))).toBe(
      '404 MemberNotFoundInConversation',
    );
    const gus = teams.world.addPerson('Gus Guest', { role: 'guest' });
    const group = teams.world.addGroup([ann, gus]);
    teams.world.setInstalled(group, true);
    const roles = (await call('GET', `conversations/${group.id}/pagedmembers`)).body;
    expect(roles).toMatchObject({ members: [{ userRole: 'user' }, { userRole: 'guest', tenantId: teams.tenant }] });
    expect((await call('GET', `teams/${channel.team?.id}`)).body).toMatchObject({ name: 'Contact centre' });
  });

  it('lets so many writes of a conversation pass, then says when to come back, or does not', async () => {
    const id = String((await send(chat, said('0'))).body.id);
    const update = () => call('PUT', `conversations/${chat.id}/activities/${id}`, said('x'));
    for (let count = 1; count < 7; count += 1) expect((await update()).status).toBe(200);
    const refused = await send(chat, said('one more'));
    expect([refused.status, refused.body.error?.code]).toEqual([429, 'Throttled']);
    expect(refused.headers.get('retry-after')).toBe('1');
    expect((await send(channel, said('another conversation'))).status).toBe(201);
    teams.connector.sayRetryAfter(false);
    expect((await update()).headers.get('retry-after')).toBeNull();
    time += 1_000;
    expect((await update()).status).toBe(200);
  });

  it('has faults on demand, for as many calls as told', async () => {
    const { faults } = teams.connector;
    for (const status of [412, 500, 502, 504]) {
      faults.set('send', { is: 'status', status, times: 1 });
      expect((await send(chat, said('x'))).status).toBe(status);
    }
    faults.set('send', { is: 'rate-limited', retryAfterSec: 7, times: 1 });
    expect((await send(chat, said('x'))).headers.get('retry-after')).toBe('7');
    faults.set('*', { is: 'rate-limited', retryAfterSec: null, times: 1 });
    expect((await send(chat, said('x'))).headers.get('retry-after')).toBeNull();
    faults.set('send', { is: 'reset', times: 1 });
    await expect(send(chat, said('x'))).rejects.toThrow();
    expect(teams.messages(chat)).toEqual([]);
    faults.set('send', { is: 'lost', times: 1 });
    await expect(send(chat, said('taken'))).rejects.toThrow();
    expect(teams.messages(chat).map(message => seenInTeams(message))).toEqual(['taken']);
    faults.set('send', { is: 'slow', ms: 60, times: 1 });
    const began = performance.now();
    await send(chat, said('slow'));
    expect(performance.now() - began).toBeGreaterThan(50);
    expect(teams.calls.map(({ operation, status }) => `${operation} ${status}`).slice(-3)).toEqual([
      'send null',
      'send 201',
      'send 201',
    ]);
  });

  it('shows that the bot types, and remembers no token', async () => {
    await send(chat, { type: 'typing' });
    expect(teams.typing).toEqual([chat]);
    expect(JSON.stringify(teams.calls)).not.toMatch(/eyJ|Bearer/);
  });
});
