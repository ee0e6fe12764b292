import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { hearActivity } from '../../../src/chat/teams/incoming.js';

const BOT = { id: '28:app', name: 'UCCX Doctor' };
const activity = (more: object = {}) => ({
  type: 'message',
  id: '1',
  channelId: 'msteams',
  serviceUrl: 'https://smba.trafficmanager.net/emea/',
  from: { id: '29:ann', aadObjectId: 'AAAAAAAA-0000-4000-8000-000000000001' },
  recipient: BOT,
  conversation: { id: 'a:chat', conversationType: 'personal', tenantId: 't' },
  channelData: { tenant: { id: 't' } },
  text: 'check prod',
  ...more,
});
const inTeam = {
  conversation: { id: '19:c@thread.tacv2;messageid=7', conversationType: 'channel', isGroup: true, tenantId: 't' },
  channelData: { tenant: { id: 't' }, team: { id: '19:team@thread.tacv2' } },
};
const idOf = (heard: ReturnType<typeof hearActivity>) => (heard.is === 'question' ? heard.heard.run : null);

describe('an activity', () => {
  it('is one run for its conversation and id, in whatever case Teams spells a person', () => {
    const one = hearActivity(activity());
    expect(one).toMatchObject({
      is: 'question',
      heard: { text: 'check prod', handle: { user: 'aaaaaaaa-0000-4000-8000-000000000001' }, tenants: ['t'] },
      here: { id: 'a:chat' },
    });
    expect(idOf(hearActivity(activity()))).toBe(idOf(one));
    expect(idOf(hearActivity(activity({ id: '2' })))).not.toBe(idOf(one));
    expect(idOf(hearActivity(activity({ conversation: { id: 'a:other' } })))).not.toBe(idOf(one));
  });

  it('that says neither group nor kind is of a personal chat', () => {
    expect(hearActivity(activity({ conversation: { id: 'a:chat' } }))).toMatchObject({ heard: { channel: null } });
  });

  it.each([
    ['installationUpdate', { type: 'installationUpdate', action: 'add' }, { is: 'installed', here: { id: 'a:chat' } }],
    ['an upgrade', { type: 'installationUpdate', action: 'add-upgrade' }, { is: 'installed' }],
    ['a removal', { type: 'installationUpdate', action: 'remove' }, { is: 'removed', id: 'a:chat' }],
    [
      'the bot added to a team',
      { type: 'conversationUpdate', membersAdded: [BOT], ...inTeam },
      { is: 'installed', here: { id: '19:team@thread.tacv2', handle: { user: null, account: null } } },
    ],
    ['a person added', { type: 'conversationUpdate', membersAdded: [{ id: '29:bob' }] }, { is: 'nothing' }],
    [
      'the bot removed',
      { type: 'conversationUpdate', membersRemoved: [BOT], ...inTeam },
      { is: 'removed', id: '19:team@thread.tacv2' },
    ],
    [
      'a team deleted',
      { type: 'conversationUpdate', ...inTeam, channelData: { ...inTeam.channelData, eventType: 'teamDeleted' } },
      { is: 'removed', id: '19:team@thread.tacv2' },
    ],
    [
      'a channel renamed',
      { type: 'conversationUpdate', ...inTeam, channelData: { ...inTeam.channelData, eventType: 'channelRenamed' } },
      { is: 'nothing' },
    ],
    ['another channel of the Bot Framework', { channelId: 'emulator' }, { is: 'nothing' }],
    ['no id', { id: undefined }, { is: 'nothing' }],
    ['nobody who speaks', { from: undefined }, { is: 'nothing' }],
    [
      'an invoke of another channel',
      { type: 'invoke', channelId: 'emulator', name: 'adaptiveCard/action' },
      { is: 'unknown-invoke' },
    ],
    [
      'a refresh, by whatever way',
      { value: { uccx: 'refresh', id: 'refresh', command: 'refresh' }, replyToId: '9' },
      { is: 'nothing' },
    ],
  ])('%s', (_, more, expected) => expect(hearActivity(activity(more))).toMatchObject(expected));

  it('of any shape at all is read without a fault', () => {
    fc.assert(
      fc.property(
        fc.object({ maxDepth: 4 }),
        fc.constantFrom('message', 'invoke', 'conversationUpdate'),
        (more, type) => {
          const { is } = hearActivity({ ...activity(), type, ...more });
          expect(typeof is).toBe('string');
        },
      ),
    );
  });
});
