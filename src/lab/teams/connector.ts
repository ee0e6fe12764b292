import { serviceError } from './faults.js';
import type { TeamsFiles } from './files.js';
import type { ConversationLimits } from './limits.js';
import { readOutgoing } from './message-fault.js';
import type { LabTeamsMessage, TeamsMessages } from './messages.js';
import { memberOf, teamOf } from './profiles.js';
import { readConversationParameters } from './start-conversation.js';
import type { LabConversation, TeamsWorld } from './world.js';

export type Answer = { status: number; body?: unknown; headers?: Record<string, string> };
type Asked = { conversation: string; activity?: string; member?: string; body?: unknown };

/**
 * Version 3 of the Bot connector, for a bot that has shown its token.
 * @see https://learn.microsoft.com/azure/bot-service/rest-api/bot-framework-rest-connector-api-reference
 */
export const connector = (deps: {
  world: TeamsWorld;
  messages: TeamsMessages;
  limits: ConversationLimits;
  files: TeamsFiles;
  serviceUrl: () => string;
  /** Whether a 429 of the limits says when to come back. */
  saysRetryAfter: () => boolean;
  typing: (conversation: LabConversation) => void;
}) => {
  const { world, messages, limits } = deps;

  return {
    create,
    send: ({ conversation, body }: Asked) =>
      inside(conversation, 'writes', place => post(place, threadIn(conversation), body)),
    reply: ({ conversation, activity = '', body }: Asked) =>
      inside(conversation, 'writes', place =>
        MESSAGE_ID.test(activity)
          ? withMessage(place, activity, answered => post(place, threadOf(conversation, answered), body))
          : post(place, threadIn(conversation), body),
      ),
    update: ({ conversation, activity = '', body }: Asked) =>
      inside(conversation, 'writes', place => own(place, activity, message => change(message, body))),
    delete: ({ conversation, activity = '' }: Asked) =>
      inside(conversation, 'writes', place =>
        own(place, activity, message => {
          messages.remove(message);
          return { status: 200 };
        }),
      ),
    members: ({ conversation }: Asked) =>
      inside(conversation, 'reads', place => ({ status: 200, body: place.people().map(memberOf) })),
    pagedMembers: ({ conversation }: Asked) =>
      inside(conversation, 'reads', place => ({ status: 200, body: { members: place.people().map(memberOf) } })),
    member: ({ conversation, member = '' }: Asked) =>
      inside(conversation, 'reads', place => {
        const person = place.people().find(({ id, objectId }) => id === member || objectId === member);
        return person
          ? { status: 200, body: memberOf(person) }
          : refused(404, 'MemberNotFoundInConversation', 'Member not found in conversation.');
      }),
    team: ({ conversation }: Asked) => inside(conversation, 'reads', place => teamOf(place)),
    channels: ({ conversation }: Asked) =>
      inside(conversation, 'reads', place => ({
        status: 200,
        body: {
          conversations: world
            .conversations()
            .filter(({ team }) => team !== null && team.id === place.team?.id)
            .map(({ id, name, team }) => (id === team?.id ? { id } : { id, name })),
        },
      })),
  };

  /** A chat with one person, or a new thread of a channel. Nobody writes where the bot is not installed. */
  function create({ body }: { body?: unknown }): Answer {
    const wanted = readConversationParameters(body, world);
    if (wanted.is === 'refused') return refused(wanted.status, wanted.code, wanted.message);
    const { place, activity } = wanted;
    const limited = take(place, 'writes');
    if (limited) return limited;
    const barred = barredFrom(place);
    if (barred) return barred;
    const said = activity === null ? null : post(place, null, activity);
    if (said && said.status !== 201) return said;
    const id = (said?.body as { id?: string } | undefined)?.id;
    const thread = place.kind === 'channel' && id ? `;messageid=${id}` : '';
    return {
      status: 201,
      body: { id: `${place.id}${thread}`, serviceUrl: deps.serviceUrl(), ...(id ? { activityId: id } : {}) },
    };
  }

  /** A person can be written to who has the bot, or sits with it in a team or group; who removed it is `blocked`. */
  function reaches(personal: LabConversation): boolean {
    const [person] = personal.people();
    return world
      .conversations()
      .some(({ installed, people }) => installed && person !== undefined && people().includes(person));
  }

  function barredFrom(place: LabConversation): Answer | null {
    const { blocked, installed, kind } = place;
    if (kind !== 'personal') {
      if (blocked) return refused(403, 'BotDisabledByAdmin', 'The tenant admin disabled this bot');
      return installed
        ? null
        : refused(403, 'BotNotInConversationRoster', 'The bot is not part of the conversation roster.');
    }
    if (!blocked)
      return reaches(place)
        ? null
        : refused(403, 'ForbiddenOperationException', "Bot isn't installed in user's personal scope");
    const { error } = serviceError(403, 'ConversationBlockedByUser', 'User blocked the conversation with the bot.');
    // https://learn.microsoft.com/microsoftteams/platform/bots/how-to/conversations/send-proactive-messages, «blocked, muted, or uninstalled»
    return { status: 403, body: { error: { ...error, subCode: 'MessageWritesBlocked' } } };
  }

  function inside(id: string, kind: 'writes' | 'reads', then: (place: LabConversation) => Answer): Answer {
    const place = world.find(id);
    const thread = threadIn(id);
    if (!place || (thread !== null && place.kind !== 'channel'))
      return refused(404, 'ConversationNotFound', 'Conversation not found.');
    const barred = barredFrom(place) ?? take(place, kind);
    if (barred) return barred;
    return thread === null || kind === 'reads' ? then(place) : withMessage(place, thread, () => then(place));
  }

  function take(place: LabConversation, kind: 'writes' | 'reads'): Answer | null {
    const waitSec = limits.take(place.id, kind);
    if (waitSec === null) return null;
    const headers: Record<string, string> = deps.saysRetryAfter() ? { 'retry-after': String(waitSec) } : {};
    return { status: 429, body: serviceError(429), headers };
  }

  function withMessage(place: LabConversation, id: string, then: (message: LabTeamsMessage) => Answer): Answer {
    const message = messages.find(place, id);
    return message ? then(message) : refused(404, 'ActivityNotFoundInConversation', 'Conversation not found.');
  }

  function own(place: LabConversation, id: string, then: (message: LabTeamsMessage) => Answer): Answer {
    return withMessage(place, id, message =>
      message.from === 'bot'
        ? then(message)
        : refused(403, 'NotEnoughPermissions', 'Bots change and delete their own messages only.'),
    );
  }

  function post(place: LabConversation, thread: string | null, body: unknown): Answer {
    const read = readOutgoing(body, place, completeUploads());
    if (read.is === 'refused') return refused(read.status, read.code, read.message);
    if (read.is === 'typing') {
      deps.typing(place);
      return { status: 201, body: { id: '' } };
    }
    const { id } = messages.add({ conversation: place, thread, from: 'bot', version: read.version });
    return { status: 201, body: { id } };
  }

  function change(message: LabTeamsMessage, body: unknown): Answer {
    const read = readOutgoing(body, message.conversation, completeUploads());
    if (read.is === 'refused') return refused(read.status, read.code, read.message);
    if (read.is === 'typing') return refused(400, 'BadSyntax', 'A message does not become typing.');
    messages.change(message, read.version);
    return { status: 200, body: { id: message.id } };
  }

  function completeUploads(): ReadonlySet<string> {
    return new Set([...deps.files.uploads.values()].flatMap(({ complete, uniqueId }) => (complete ? [uniqueId] : [])));
  }
};
export type Connector = ReturnType<typeof connector>;

const refused = (status: number, code: string, message: string): Answer => ({
  status,
  body: serviceError(status, code, message),
});

/** What else is answered to is an event, or what a library made up for a turn of its own: Teams posts that as any other. */
const MESSAGE_ID = /^(\d+|1:.*)$/;

const threadIn = (id: string): string | null => /;messageid=([^;]+)/.exec(id)?.[1] ?? null;

/** In a channel an answer to the first message of a thread, or to any in it, goes into that thread. */
const threadOf = (conversation: string, { thread, id, conversation: place }: LabTeamsMessage): string | null =>
  place.kind === 'channel' ? (threadIn(conversation) ?? thread ?? id) : null;
