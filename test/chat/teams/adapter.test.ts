import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { seenInTeams } from '../../../src/lab/teams/words.js';
import type { LabConversation } from '../../../src/lab/teams/world.js';
import { keptNowhere } from '../../support/kept-nowhere.js';
import { type Rig, resultView, runningView, startBot } from './rig.js';

/** Questions as people ask them in Teams: the real library, real HTTP, tokens of the lab. */
let rig: Rig;
/** When time stands still: what counts as soon after another does so however busy the machine is. */
let standsAt: number | null = null;
beforeAll(async () => {
  const now = () => standsAt ?? Date.now();
  rig = await startBot({ groups: team => [team.id, '19:other@thread.tacv2'], now });
});
afterEach(() => {
  standsAt = null;
});
afterAll(() => rig?.stop());

/** What the intake gets next. */
const next = async () => {
  const count = rig.asked.length + 1;
  return async () => {
    await rig.until(count);
    return rig.asked[count - 1];
  };
};
/** A question that was put after the others has come through: whatever they set off has been taken in. */
const settled = async () => {
  const question = await next();
  await rig.teams.deliver.say({
    person: rig.people.bob,
    conversation: rig.teams.world.personalOf(rig.people.bob),
    text: 'help',
  });
  await question();
};

describe('a question', () => {
  it('in a channel: what stands behind the mention, answered in its thread, in the ids of Entra', async () => {
    const { ann } = rig.people;
    const { channel, general } = rig.places;
    const question = await next();
    const said = await rig.teams.deliver.say({
      person: ann,
      conversation: channel,
      text: 'check\u00a0branch  --only imap',
    });
    expect(said).toMatchObject({ status: 200, fault: null });
    expect(await question()).toMatchObject({
      text: 'check branch  --only imap',
      by: { platform: 'teams', user: ann.objectId, groups: [general.id], channel: channel.id },
      to: {
        platform: 'teams',
        handle: {
          conversation: `${channel.id};messageid=${said.message.id}`,
          scope: 'channel',
          account: ann.id,
          message: null,
        },
      },
    });
  });

  it('in a thread is answered in that thread', async () => {
    const { ann } = rig.people;
    const { channel } = rig.places;
    const first = await rig.teams.deliver.say({ person: ann, conversation: channel, text: 'hello', mention: false });
    const question = await next();
    await rig.teams.deliver.say({ person: ann, conversation: channel, text: 'help', thread: first.message.id });
    expect((await question())?.to.handle).toMatchObject({
      conversation: `${channel.id};messageid=${first.message.id}`,
    });
  });

  it('in a personal chat needs no mention, and has no channel', async () => {
    const question = await next();
    await rig.teams.deliver.say({ person: rig.people.ann, conversation: rig.places.chat, text: 'targets' });
    expect(await question()).toMatchObject({
      text: 'targets',
      by: { channel: null },
      to: { handle: { scope: 'personal' } },
    });
  });

  it('in a group chat has that chat for its channel, and who is in no team of the configuration has no group', async () => {
    const { carl } = rig.people;
    const group = rig.teams.world.addGroup([carl]);
    rig.teams.world.setInstalled(group, true);
    const question = await next();
    await rig.teams.deliver.say({ person: carl, conversation: group, text: 'check prod' });
    expect(await question()).toMatchObject({
      text: 'check prod',
      by: { user: carl.objectId, channel: group.id, groups: [] },
    });
  });

  it('is the same run however often its id is delivered', async () => {
    const before = rig.asked.length;
    const said = await rig.teams.deliver.say({
      person: rig.people.ann,
      conversation: rig.places.chat,
      text: 'check prod',
    });
    const again = await Promise.all([rig.teams.deliver.again(said), rig.teams.deliver.again(said)]);
    expect(again.map(({ status }) => status)).toEqual([403, 403]);
    await settled();
    expect(rig.asked.slice(before).map(({ text }) => text)).toEqual(['check prod', 'help']);
  });
});

describe('nobody is asking', () => {
  const quiet: [string, () => Promise<unknown>][] = [
    ['in a channel without a mention', () => say('channel', 'check prod', { mention: false })],
    ['in a group chat without a mention', () => say('group', 'check prod', { mention: false })],
    [
      'where somebody else is mentioned',
      () =>
        say('channel', '<at>Bob</at> check prod', {
          mention: false,
          more: {
            entities: [{ type: 'mention', text: '<at>Bob</at>', mentioned: { id: rig.people.bob.id, name: 'Bob' } }],
          },
        }),
    ],
    [
      'by words that only look like a mention',
      () => say('channel', `<at>${rig.teams.bot.name}</at> check prod`, { mention: false }),
    ],
    [
      'by an edit',
      async () => {
        const { message } = await say('channel', 'hello', { mention: false });
        await rig.teams.deliver.edit({ person: rig.people.ann, message, text: '<at>UCCX Doctor</at> check prod' });
      },
    ],
    [
      'by a deletion',
      async () => {
        const { message } = await say('channel', 'hello', { mention: false });
        await rig.teams.deliver.remove({ person: rig.people.ann, message });
      },
    ],
    ...['messageReaction', 'typing', 'event', 'endOfConversation', 'trace'].map(
      (type): [string, () => Promise<unknown>] => [
        `by ${type}`,
        () => rig.teams.deliver.activity(compose(type, { text: 'check prod', reactionsAdded: [{ type: 'like' }] })),
      ],
    ),
    [
      'when a bot speaks',
      () =>
        rig.teams.deliver.activity(
          compose('message', { text: 'check prod', from: { id: '28:other-bot', name: 'Other' } }),
        ),
    ],
    [
      'when a bot speaks that calls itself one',
      () =>
        rig.teams.deliver.activity(
          compose('message', {
            text: 'check prod',
            from: { id: '29:x', name: 'Other', role: 'bot', aadObjectId: rig.people.ann.objectId },
          }),
        ),
    ],
  ];
  it.each(quiet)('%s', async (_, happen) => {
    const before = rig.asked.length;
    await happen();
    await settled();
    expect(rig.asked.slice(before).map(({ text }) => text)).toEqual(['help']);
  });
});

describe('who may not ask at all', () => {
  it('is told so alone: somebody without an Entra id', async () => {
    const { ann } = rig.people;
    const activity = compose('message', { text: 'check prod', from: { id: ann.id, name: 'Anonymous' } });
    await expectRefused(activity);
  });

  it('somebody whom the roster does not know', async () => {
    const { carl } = rig.people;
    rig.teams.world.setInstalled(rig.teams.world.personalOf(carl), true);
    const activity = rig.teams.deliver.compose(
      'message',
      { person: carl, conversation: rig.places.group },
      { text: mentioning('check prod'), entities: mention() },
    );
    const before = rig.asked.length;
    await rig.teams.deliver.activity(activity);
    const told = await rig.teams.until(() => rig.teams.saidByBot(rig.teams.world.personalOf(carl)).at(-1));
    expect(seenInTeams(told)).toContain('Only people of the tenant');
    expect(rig.asked).toHaveLength(before);
  });

  it('a guest, who has our tenant in everything but the roster, and Teams asks for a moment when that is told', async () => {
    rig.teams.connector.faults.set('send', { is: 'rate-limited', retryAfterSec: 1, times: 1 });
    const gil = rig.teams.world.addPerson('Gil Guest', { role: 'guest' });
    const chat = rig.teams.world.personalOf(gil);
    rig.teams.world.setInstalled(chat, true);
    const before = rig.asked.length;
    await rig.teams.deliver.say({ person: gil, conversation: chat, text: 'check prod' });
    const told = await rig.teams.until(() => rig.teams.saidByBot(chat).at(-1));
    expect(seenInTeams(told)).toContain('Only people of the tenant');
    expect(rig.asked).toHaveLength(before);
  });

  it('somebody whose Entra id is not that of their account', async () => {
    const { ann, bob } = rig.people;
    await expectRefused(
      compose('message', { text: 'check prod', from: { id: ann.id, name: 'Ann', aadObjectId: bob.objectId } }),
    );
  });

  it('anybody, while Teams does not say who they are; and that is not remembered', async () => {
    const dora = rig.teams.world.addPerson('Dora');
    const chat = rig.teams.world.personalOf(dora);
    rig.teams.world.setInstalled(chat, true);
    rig.teams.connector.faults.set('member', { is: 'status', status: 503, times: 3 });
    await rig.teams.deliver.say({ person: dora, conversation: chat, text: 'check prod' });
    const told = await rig.teams.until(() => rig.teams.saidByBot(chat).at(-1));
    expect(seenInTeams(told)).toContain('does not say at the moment who you are');
    const question = await next();
    await rig.teams.deliver.say({ person: dora, conversation: chat, text: 'check branch' });
    expect(await question()).toMatchObject({ text: 'check branch', by: { user: dora.objectId } });
  });
});

describe('a button', () => {
  const posted = async (place: 'chat' | 'channel') => {
    const conversation = rig.places[place];
    const said = await rig.teams.deliver.say({
      person: rig.people.ann,
      conversation,
      text: 'hello',
      mention: place === 'channel',
    });
    await settled();
    const thread = place === 'channel' ? said.message.id : undefined;
    await rig.messenger.post(rig.addressIn(conversation, null, thread), {
      ...resultView(),
      actions: [{ id: 'recheck', label: 'Check again', command: 'check branch' }],
    });
    return rig.teams.saidByBot(conversation).at(-1) as NonNullable<ReturnType<typeof rig.teams.saidByBot>[number]>;
  };

  it.each(['chat', 'channel'] as const)(
    'in a %s: the same words as if typed, of whoever clicked, into that message',
    async place => {
      const message = await posted(place);
      const clicker = place === 'channel' ? rig.people.bob : rig.people.ann;
      const question = await next();
      const click = await rig.teams.deliver.click({ person: clicker, message, label: 'Check again' });
      expect(click).toMatchObject({ status: 200, fault: null });
      expect(click.ms).toBeLessThan(10_000); // Teams hangs up then
      expect(await question()).toMatchObject({
        text: 'check branch',
        fromButton: true,
        by: { user: clicker.objectId },
        to: { handle: { message: message.id } },
      });
    },
  );

  it('of an older client, as a message with our data, is the same', async () => {
    const message = await posted('chat');
    const question = await next();
    const value = { uccx: 'ask', id: 'recheck', command: 'check branch' };
    await rig.teams.deliver.activity(compose('message', { value, replyToId: message.id }));
    expect(await question()).toMatchObject({
      text: 'check branch',
      fromButton: true,
      to: { handle: { message: message.id } },
    });
  });

  it('pressed twice within two seconds is pressed once', async () => {
    const message = await posted('chat');
    const before = rig.asked.length;
    standsAt = Date.now();
    const press = () => rig.teams.deliver.click({ person: rig.people.ann, message, label: 'Check again' });
    expect((await Promise.all([press(), press()])).map(({ fault }) => fault)).toEqual([null, null]);
    await settled();
    expect(rig.asked.slice(before).map(({ text }) => text)).toEqual(['check branch', 'help']);
  });

  it.each([
    ['with data that is not ours', { action: { type: 'Action.Execute', verb: 'x', data: { command: 'check prod' } } }],
    ['without data', {}],
    [
      'with a command of a novel',
      { action: { type: 'Action.Execute', data: { uccx: 'ask', id: 'a', command: 'x'.repeat(501) } } },
    ],
  ])('%s is nobody asking', async (_, value) => {
    const before = rig.asked.length;
    const answer = await rig.teams.deliver.activity(
      compose('invoke', { name: 'adaptiveCard/action', value, replyToId: '1' }),
    );
    expect(answer.status).toBe(501);
    await settled();
    expect(rig.asked).toHaveLength(before + 1);
  });

  it('an invoke that we do not know is answered so', async () => {
    const answer = await rig.teams.deliver.activity(compose('invoke', { name: 'task/fetch', value: {} }));
    expect(answer.status).toBe(501);
  });

  it('a client that looks again is given the card as it stands, the asker alone', async () => {
    await rig.messenger.post(rig.addressIn(rig.places.chat), runningView);
    const message = rig.teams.saidByBot(rig.places.chat).at(-1) as never;
    const looked = await rig.teams.deliver.refresh({ person: rig.people.ann, message });
    expect(looked).toMatchObject({
      status: 200,
      fault: null,
      body: { type: 'application/vnd.microsoft.card.adaptive' },
    });
    expect(JSON.stringify(looked.body)).toContain('Checking branch');
  });
});

describe('the places where the bot is installed', () => {
  it('are noted, refreshed by whoever speaks there, and forgotten when it is removed; a team is one of them', async () => {
    const { ann } = rig.people;
    const team = rig.teams.world.addTeam('Second Line', [ann]);
    const second = rig.teams.world.addChannel(team.general, 'second');
    const known = async () => (await rig.store.conversations.all('teams')).map(({ id }) => id);
    await rig.teams.deliver.install({ person: ann, conversation: team.general });
    await expect.poll(known).toContain(team.id);
    const seenAt = async () =>
      (await rig.store.conversations.all('teams')).find(({ id }) => id === team.id)?.seenAt ?? '';
    const before = await seenAt();
    const question = await next();
    await rig.teams.deliver.say({ person: ann, conversation: second, text: 'help' });
    await question();
    await expect.poll(seenAt).not.toBe(before);
    expect(await known()).not.toContain(second.id);
    const places = await rig.adapter.places();
    const there = places.find(({ handle }) => (handle as { conversation: string }).conversation === team.id);
    await rig.messenger.post(there as never, resultView());
    const said = rig.teams.saidByBot(team.general).map(message => seenInTeams(message));
    expect(said).toContainEqual(expect.stringContaining('branch: healthy'));
    await rig.teams.deliver.uninstall({ person: ann, conversation: team.general });
    await expect.poll(known).not.toContain(team.id);
  });
});

describe('a place that is new', () => {
  const added = async (conversation: LabConversation) => {
    const said = () => rig.teams.saidByBot(conversation).map(message => seenInTeams(message));
    await rig.teams.deliver.install({ person: rig.people.ann, conversation });
    await rig.teams.until(() => said().length > 0);
    await settled();
    return said();
  };

  it('is welcomed once, with what to write and how to be left alone, and again when it comes back', async () => {
    const chat = rig.teams.world.personalOf(rig.teams.world.addPerson('Nina New'));
    const [first, ...more] = await added(chat);
    expect(more).toEqual([]);
    expect(first).toMatch(/^Ask here what is wrong/);
    expect(first).toContain('Write check and the name of a target, or help.');
    expect(first).toMatch(/Remove the app, and it is silent here\.\n\[Help\]$/);
    await rig.teams.deliver.uninstall({ person: rig.people.ann, conversation: chat });
    await expect
      .poll(async () => (await rig.store.conversations.all('teams')).map(({ id }) => id))
      .not.toContain(chat.id);
    expect(await added(chat)).toHaveLength(2);
  });

  it('is welcomed also where the place cannot be noted just then, and Teams asks for some seconds', async () => {
    const { put } = rig.store.conversations;
    rig.store.conversations.put = () => Promise.reject(new Error('Redis is away'));
    rig.teams.connector.faults.set('send', { is: 'rate-limited', retryAfterSec: 3, times: 1 });
    const chat = rig.teams.world.personalOf(rig.teams.world.addPerson('Olga Other'));
    expect(await added(chat)).toEqual([expect.stringMatching(/^Ask here what is wrong/)]);
    rig.store.conversations.put = put;
  });

  it('is welcomed in the first channel of a team', async () => {
    const team = rig.teams.world.addTeam('Third Line', [rig.people.ann]);
    expect(await added(team.general)).toEqual([expect.stringContaining('Mention the bot, and write check')]);
  });

  it('is not welcomed because the app was renewed there', async () => {
    const before = rig.teams.saidByBot(rig.places.chat).length;
    await rig.teams.deliver.activity(compose('installationUpdate', { action: 'add-upgrade' }));
    await settled();
    expect(rig.teams.saidByBot(rig.places.chat)).toHaveLength(before);
  });
});

describe('somebody who asks without end', () => {
  it('is told so once and not heard for a while; others are', async () => {
    const hasty = rig.teams.world.addPerson('Harry Hasty');
    const chat = rig.teams.world.personalOf(hasty);
    rig.teams.world.setInstalled(chat, true);
    const before = rig.asked.length;
    standsAt = Date.now();
    await Promise.all(
      Array.from({ length: 45 }, () => rig.teams.deliver.say({ person: hasty, conversation: chat, text: 'targets' })),
    );
    await rig.teams.until(() => rig.teams.saidByBot(chat).length > 0);
    await settled();
    expect(rig.teams.saidByBot(chat).map(message => seenInTeams(message))).toEqual([
      expect.stringContaining('too much at once'),
    ]);
    expect(rig.asked.slice(before).filter(({ text }) => text === 'targets')).toHaveLength(30);
    expect(rig.asked.at(-1)?.text).toBe('help');
  });
});

describe('no secret', () => {
  it('stands in the log', () => {
    const all = rig.log.lines.join('\n');
    expect(all).not.toContain(rig.teams.secret);
    expect(all).not.toMatch(/eyJ[\w-]{10,}\./);
  });
});

const say = (place: 'channel' | 'group' | 'chat', text: string, more: object) =>
  rig.teams.deliver.say({ person: rig.people.ann, conversation: rig.places[place], text, ...more });
const compose = (type: string, more: Record<string, unknown>) =>
  rig.teams.deliver.compose(type, { person: rig.people.ann, conversation: rig.places.chat }, more);
const mentioning = (text: string) => `<at>${rig.teams.bot.name}</at> ${text}`;
const mention = () => [{ type: 'mention', text: `<at>${rig.teams.bot.name}</at>`, mentioned: { ...rig.teams.bot } }];

const expectRefused = async (activity: ReturnType<typeof compose>) => {
  const before = [rig.asked.length, rig.teams.saidByBot(rig.places.chat).length] as const;
  await rig.teams.deliver.activity(activity);
  const told = await rig.teams.until(() => rig.teams.saidByBot(rig.places.chat)[before[1]]);
  expect(seenInTeams(told)).toContain('Only people of the tenant');
  expect(rig.asked).toHaveLength(before[0]);
};

describe('a question that can be kept nowhere', () => {
  it.each([
    ['answered is acknowledged', undefined, 200, 'done'],
    ['not answered either is not acknowledged, and Teams says so', 'open', 503, 'later'],
  ] as const)('and is %s', async (_, is, status, became) => {
    const unanswered = keptNowhere();
    const own = await startBot({ work: async () => is, unanswered });
    try {
      const said = await own.teams.deliver.say({ person: own.people.ann, conversation: own.places.chat, text: 'help' });
      expect(said).toMatchObject({ status });
      expect(own.asked).toHaveLength(1);
      expect(unanswered.became).toEqual([became]);
    } finally {
      await own.stop();
    }
  });
});
