import { randomBytes, randomUUID } from 'node:crypto';
import { EventEmitter } from 'node:events';
import { LabError } from '../lab-error.js';

/** `id` is what the bot knows somebody by (`29:…`), another for every bot; `objectId` is Entra's, the same for all. */
export type LabPerson = {
  id: string;
  objectId: string;
  name: string;
  mail: string;
  tenant: string;
  role: 'user' | 'guest';
};
export type LabConversation = {
  id: string;
  kind: 'personal' | 'groupChat' | 'channel';
  name: string | null;
  tenant: string;
  /** Who is in it; in a channel everybody of its team. */
  people: () => readonly LabPerson[];
  team: LabTeam | null;
  installed: boolean;
  /** The person has blocked or removed the bot, or an administrator has. */
  blocked: boolean;
};
export type LabTeam = { id: string; groupId: string; name: string; tenant: string; people: LabPerson[] };

/** Who there is, where they talk, and where the bot is installed. Everything that changes is told to whoever waits for it. */
export const teamsWorld = ({ tenant: home }: { tenant: string }) => {
  const changed = new EventEmitter().setMaxListeners(0);
  const people: LabPerson[] = [];
  const conversations = new Map<string, LabConversation>();

  return {
    changed,
    people: (): readonly LabPerson[] => people,
    conversations: (): readonly LabConversation[] => [...conversations.values()],
    /** A guest is in our tenant as everybody is, and known as one by the roster alone. */
    addPerson: (
      name: string,
      { tenant = home, objectId = randomUUID() as string, role = 'user' as LabPerson['role'] } = {},
    ): LabPerson => {
      const mail = `${name.toLowerCase().replace(/[^a-z]+/g, '.')}@contoso.test`;
      const person = { id: `29:1${opaque(40)}`, objectId, name, mail, tenant, role };
      people.push(person);
      return person;
    },
    /** A team has a first channel with the team's own id, as Teams makes it. */
    addTeam: (name: string, members: readonly LabPerson[], { tenant = home } = {}) => {
      const team: LabTeam = { id: channelId(), groupId: randomUUID(), name, tenant, people: [...members] };
      return { ...team, general: add(channelOf(team, team.id, 'General')) };
    },
    addChannel: (general: LabConversation, name: string): LabConversation => {
      if (!general.team) throw new LabError('only teams have channels', { conversation: general.id });
      return add({ ...channelOf(general.team, channelId(), name), installed: general.installed });
    },
    addGroup: (members: readonly LabPerson[], { tenant = home, name = null as string | null } = {}) => {
      const inside = [...members];
      return add({ ...bare('groupChat', `19:${hex(16)}@thread.v2`, tenant), name, people: () => inside });
    },
    personalOf,
    /** By its id, with or without the `;messageid=` of a thread. */
    find: (id: string): LabConversation | undefined => conversations.get(id.split(';')[0] ?? ''),
    personOf: (idOrObjectId: string): LabPerson | undefined =>
      people.find(({ id, objectId }) => id === idOrObjectId || objectId === idOrObjectId),
    /** In a team: for all its channels. */
    setInstalled: (where: LabConversation, installed: boolean): void => {
      for (const one of conversations.values())
        if (one === where || (one.team && one.team.id === where.team?.id)) one.installed = installed;
      if (where.kind === 'personal') where.blocked = !installed;
      changed.emit('change');
    },
  };

  /** The bot's chat with one person; the same each time. */
  function personalOf(person: LabPerson): LabConversation {
    const known = [...conversations.values()].find(
      ({ kind, people: inside }) => kind === 'personal' && inside()[0] === person,
    );
    return known ?? add({ ...bare('personal', `a:1${opaque(80)}`, person.tenant), people: () => [person] });
  }

  function add(conversation: LabConversation): LabConversation {
    conversations.set(conversation.id, conversation);
    return conversation;
  }
};
export type TeamsWorld = ReturnType<typeof teamsWorld>;

const hex = (bytes: number): string => randomBytes(bytes).toString('hex');
const opaque = (chars: number): string => randomBytes(chars).toString('base64url').slice(0, chars);
const channelId = (): string => `19:${hex(16)}@thread.tacv2`;

const bare = (kind: LabConversation['kind'], id: string, tenant: string) => ({
  id,
  kind,
  tenant,
  name: null,
  team: null,
  installed: false,
  blocked: false,
});

const channelOf = (team: LabTeam, id: string, name: string): LabConversation => ({
  ...bare('channel', id, team.tenant),
  name,
  team,
  people: () => team.people,
});
