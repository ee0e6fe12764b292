import { LabError } from '../lab-error.js';
import { activityOf, type LabActivity, type LabBot, spoken } from './activities.js';
import { actionsOf, cardFault, isNode, type Node } from './cards.js';
import type { TeamsFiles } from './files.js';
import { filledForm } from './fill.js';
import { FILE_CONSENT } from './message-fault.js';
import type { LabAttachment, LabTeamsMessage, TeamsMessages } from './messages.js';
import type { Flaw, Poster, TeamsDelivery } from './post.js';
import { ADAPTIVE_CARD, cardOf } from './words.js';
import type { LabConversation, LabPerson, TeamsWorld } from './world.js';

type At = { person: LabPerson; conversation: LabConversation; flaw?: Flaw };
type On = { person: LabPerson; message: LabTeamsMessage; flaw?: Flaw };
export type SayDelivery = At & {
  text: string;
  /** Whether the bot is mentioned; unless told everywhere but in personal chats, where people do not. */
  mention?: boolean;
  /** The id of a channel's message whose thread this goes into; without it a new thread begins. */
  thread?: string;
  attachments?: readonly LabAttachment[];
  /** More of the activity, over what is there. */
  more?: Record<string, unknown>;
};

/** People of the world, doing what people do in Teams; each step tells the bot what Teams would tell it. */
export const teamsDeliveries = (deps: {
  world: TeamsWorld;
  messages: TeamsMessages;
  files: TeamsFiles;
  bot: LabBot;
  poster: Poster;
  serviceUrl: () => string;
  now: () => number;
}) => {
  const { world, messages, files, bot, poster } = deps;
  const made = () => activityOf({ bot, serviceUrl: deps.serviceUrl(), now: deps.now() });

  return {
    /** Where the bot listens. */
    to: poster.to,
    again: poster.again,
    /** Any activity at all, as it is. */
    activity: (activity: LabActivity, flaw?: Flaw): Promise<TeamsDelivery> => poster.post(activity, flaw),
    install,
    uninstall,
    say,
    click,
    refresh,
    consent,
    edit,
    remove,
    /** As Teams sends it for this place, for `activity`. */
    compose: (type: string, { person, conversation }: At, more: Record<string, unknown> = {}): LabActivity =>
      made()(type, { person, place: conversation }, more),
  };

  async function install({ person, conversation, flaw }: At): Promise<TeamsDelivery[]> {
    world.setInstalled(conversation, true);
    return membership({ person, conversation, ...(flaw ? { flaw } : {}) }, 'add', 'membersAdded');
  }

  /** Teams tells the bot of it, and nobody there hears from the bot from then on. */
  async function uninstall({ person, conversation, flaw }: At): Promise<TeamsDelivery[]> {
    world.setInstalled(conversation, false);
    return membership({ person, conversation, ...(flaw ? { flaw } : {}) }, 'remove', 'membersRemoved');
  }

  async function membership({ person, conversation, flaw }: At, action: string, members: string) {
    const where = { person, place: conversation };
    const eventType = conversation.team ? `teamMember${action === 'add' ? 'Added' : 'Removed'}` : undefined;
    return [
      await poster.post(
        made()('conversationUpdate', where, {
          [members]: [{ id: bot.id }],
          ...(eventType ? { channelData: { eventType } } : {}),
        }),
        flaw,
      ),
      await poster.post(
        made()('installationUpdate', where, { action, channelData: { source: { name: 'message' } } }),
        flaw,
      ),
    ];
  }

  async function say(asked: SayDelivery): Promise<TeamsDelivery & { message: LabTeamsMessage }> {
    const { person, conversation, text, thread = null, attachments = [], more = {}, flaw } = asked;
    if (!conversation.installed) throw new LabError('the bot is not installed there: install it first', { text });
    const words = spoken(text, (asked.mention ?? conversation.kind !== 'personal') ? bot : null, attachments);
    const { mentions, textFormat, ...shown } = words;
    const version = { ...shown, summary: null, speak: null, entities: mentions };
    const message = messages.add({ conversation, thread, from: person.id, version });
    const activity = made()('message', whereOf(person, message), { ...shown, textFormat, ...more });
    if (mentions.length > 0) activity.entities = [...mentions, ...(activity.entities as unknown[])];
    return { ...(await poster.post(activity, flaw)), message };
  }

  /**
   * Presses a button of a message by its words, as the card lies before this person now. `fill` is what they put into the form around it;
   * `inputs` is sent whatever the form says.
   */
  async function click(asked: On & { label: string; inputs?: Node; fill?: Record<string, string> }) {
    const { person, message, label, fill = {}, flaw } = asked;
    const card = cardOf(message, person.id);
    const action = actionsOf(card).find(({ title }) => title === label);
    if (!card || !action) throw new LabError('the message has no such button', { label });
    const inputs = { ...filledForm(card, action, fill), ...asked.inputs };
    if (action.type === 'Action.Execute')
      return execute({ person, message, ...(flaw ? { flaw } : {}) }, action, inputs, 'manual');
    if (action.type !== 'Action.Submit') throw new LabError('the bot hears nothing of this button', { label });
    const value = { ...(isNode(action.data) ? action.data : {}), ...inputs };
    return poster.post(made()('message', whereOf(person, message, true), { value, replyToId: message.id }), flaw);
  }

  /** What happens by itself when somebody for whom the card is to be refreshed looks at it. */
  async function refresh({ person, message, flaw }: On): Promise<TeamsDelivery> {
    const card = cardOf(message, person.id);
    const wanted = isNode(card?.refresh) ? card.refresh : null;
    if (!wanted || !isNode(wanted.action)) throw new LabError('the message does not refresh', { message: message.id });
    if (Array.isArray(wanted.userIds) && !wanted.userIds.includes(person.id))
      throw new LabError('the message does not refresh for this person', { message: message.id });
    return execute({ person, message, ...(flaw ? { flaw } : {}) }, wanted.action, {}, 'automatic');
  }

  async function execute({ person, message, flaw }: On, action: Node, inputs: Node, trigger: string) {
    const data = { ...(isNode(action.data) ? action.data : {}), ...inputs };
    const { id, verb } = action;
    const value = {
      action: { type: 'Action.Execute', title: action.title, ...(id ? { id } : {}), verb, data },
      trigger,
    };
    const done = await poster.post(
      made()('invoke', whereOf(person, message, true), { name: 'adaptiveCard/action', value, replyToId: message.id }),
      flaw,
    );
    if (done.fault !== null) return done;
    const { type, value: shown } = done.body as { type: string; value: unknown };
    if (type !== ADAPTIVE_CARD) return done;
    const fault = cardFault(shown);
    if (fault === null) messages.show(message, person.id, { contentType: ADAPTIVE_CARD, content: shown });
    return { ...done, fault };
  }

  /** Yes or no to a file that the bot offered; after yes the bot may upload it. */
  async function consent({ person, message, accept, flaw }: On & { accept: boolean }): Promise<TeamsDelivery> {
    const card = message.versions.at(-1)?.attachments.find(({ contentType }) => contentType === FILE_CONSENT);
    if (!card || !isNode(card.content)) throw new LabError('the message offers no file', { message: message.id });
    const { acceptContext, declineContext } = card.content;
    const value = accept
      ? { type: 'fileUpload', action: 'accept', context: acceptContext, uploadInfo: files.place(card.name ?? 'file') }
      : { type: 'fileUpload', action: 'decline', context: declineContext };
    const where = whereOf(person, message, true);
    return poster.post(made()('invoke', where, { name: 'fileConsent/invoke', value, replyToId: message.id }), flaw);
  }

  async function edit({ person, message, text, flaw }: On & { text: string }): Promise<TeamsDelivery> {
    const mentioned = (message.versions.at(-1)?.entities.length ?? 0) > 0;
    const { mentions, textFormat, ...shown } = spoken(text, mentioned ? bot : null, []);
    messages.change(message, { ...shown, summary: null, speak: null, entities: mentions });
    const channelData = { eventType: 'editMessage' };
    const activity = made()('messageUpdate', whereOf(person, message), { ...shown, textFormat, channelData });
    activity.entities = [...mentions, ...(activity.entities as unknown[])];
    return poster.post(activity, flaw);
  }

  async function remove({ person, message, flaw }: On): Promise<TeamsDelivery> {
    messages.remove(message);
    const channelData = { eventType: 'softDeleteMessage' };
    return poster.post(made()('messageDelete', whereOf(person, message), { channelData }), flaw);
  }
};

/** Where a message is, as activities say it: messages of channels are in a thread, be it their own; other events have ids of their own. */
const whereOf = (person: LabPerson, { conversation, thread, id }: LabTeamsMessage, ownId = false) => ({
  person,
  place: conversation,
  thread: conversation.kind === 'channel' ? (thread ?? id) : null,
  ...(ownId ? {} : { id }),
});
