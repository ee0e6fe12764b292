import { z } from 'zod';
import { type Clock, isoNow } from '../../domain/clock.js';
import { type RunId, runIdOf } from '../../domain/ids.js';
import type { SlackHandle } from './address.js';
import { isDirect } from './address.js';
import { SlackFile } from './files.js';

/** One question as Slack brought it, before it is known whether its author may ask. */
export type Heard = {
  run: RunId;
  user: string;
  /** Every workspace that Slack names for the author; empty where it names none. */
  teams: string[];
  channel: string | null;
  handle: SlackHandle;
  text: string;
  /** A button under a message of ours, which the handle names: its id. */
  button?: string;
  files?: SlackFile[];
  /** Opens a form where the words want to be told more. */
  trigger?: string;
  /** It can be asked for with a form: what opens it, the target that was named, and what the message says on which it opens. */
  form?: { trigger: string; chosen: string | null; text: string; on: 'command' | 'message' };
};

const Command = z.object({
  team_id: z.string(),
  user_id: z.string(),
  channel_id: z.string(),
  text: z.string().default(''),
  trigger_id: z.string(),
  response_url: z.url(),
});

/** Loose on purpose: Slack adds fields; only what decides something is looked at. */
const Event = z.object({
  event_id: z.string(),
  team_id: z.string(),
  event: z.object({
    type: z.enum(['app_mention', 'message']),
    channel_type: z.string().optional(),
    subtype: z.unknown().optional(),
    bot_id: z.unknown().optional(),
    bot_profile: z.unknown().optional(),
    edited: z.unknown().optional(),
    hidden: z.unknown().optional(),
    user: z.string(),
    channel: z.string(),
    text: z.string(),
    ts: z.string(),
    thread_ts: z.string().optional(),
    team: z.string().optional(),
    user_team: z.string().optional(),
    source_team: z.string().optional(),
    files: z.array(SlackFile).max(100).optional(),
  }),
});

const Words = z.string().min(1).max(500);
const Click = z.object({
  type: z.literal('block_actions'),
  user: z.object({ id: z.string(), team_id: z.string().optional() }),
  team: z.object({ id: z.string() }).nullish(),
  channel: z.object({ id: z.string() }),
  container: z.object({ type: z.literal('message'), message_ts: z.string(), is_ephemeral: z.boolean().optional() }),
  message: z.object({ thread_ts: z.string().optional() }).optional(),
  response_url: z.url(),
  trigger_id: z.string().optional(),
  actions: z
    .array(
      z.object({
        action_id: z.string(),
        action_ts: z.string(),
        value: Words.optional(),
        selected_option: z.object({ value: Words }).optional(),
      }),
    )
    .min(1),
});

/** A button under a message of ours, or a line of its menu: the same words as if its reader had typed them, answered in that message. */
export const hearClick = (body: unknown, clock: Clock): Heard | null => {
  const parsed = Click.safeParse(body);
  if (!parsed.success) return null;
  const { user, team, channel, container, message, response_url, trigger_id, actions } = parsed.data;
  const [action] = actions;
  const chosen = action?.selected_option?.value;
  const text = chosen ?? action?.value;
  if (!action || !text || container.is_ephemeral) return null;
  return {
    // Several deliveries of one click are one run; somebody else's click on the same button is another.
    run: runIdOf('slack', `${channel.id} ${container.message_ts} ${user.id} ${action.action_ts}`),
    user: user.id,
    teams: [user.team_id ?? team?.id].filter(id => id !== undefined),
    channel: isDirect(channel.id) ? null : channel.id,
    handle: {
      channel: channel.id,
      user: user.id,
      thread: message?.thread_ts ?? null,
      message: container.message_ts,
      respond: { url: response_url, since: isoNow(clock), spent: 0, original: true },
    },
    text,
    button: chosen === undefined ? action.action_id : `${action.action_id} ${chosen}`,
    ...(trigger_id === undefined ? {} : { trigger: trigger_id }),
  };
};

/** A slash command. It cannot be typed in a thread, so it never has one. */
export const hearCommand = (body: unknown, clock: Clock): Heard | null => {
  const parsed = Command.safeParse(body);
  if (!parsed.success) return null;
  const { team_id, user_id, channel_id, trigger_id, response_url } = parsed.data;
  const text = plain(parsed.data.text).trim();
  const bare = /^read(?:\s+([A-Za-z0-9-]+))?$/i.exec(text);
  return {
    run: runIdOf('slack', trigger_id),
    user: user_id,
    teams: [team_id],
    channel: isDirect(channel_id) ? null : channel_id,
    handle: {
      channel: channel_id,
      user: user_id,
      thread: null,
      message: null,
      respond: { url: response_url, since: isoNow(clock), spent: 0 },
    },
    text,
    trigger: trigger_id,
    ...(bare && !bare[1]?.startsWith('-')
      ? { form: { trigger: trigger_id, chosen: bare[1]?.toLowerCase() ?? null, text: '', on: 'command' as const } }
      : {}),
  };
};

/**
 * A mention, or a direct message, newly written by a person. Whatever else an event may be (a bot's message, an edit, a deletion,
 * a broadcast, any other subtype) is nobody asking: null.
 */
export const hearEvent = (body: unknown, botUser: string): Heard | null => {
  const parsed = Event.safeParse(body);
  if (!parsed.success) return null;
  const { event_id, event } = parsed.data;
  const { bot_id, bot_profile, edited, hidden, files = [] } = event;
  // A message with a file is one that a person has written, too.
  const subtype = event.subtype === 'file_share' && files.length > 0 ? undefined : event.subtype;
  if ([subtype, bot_id, bot_profile, edited, hidden].some(sign => sign !== undefined && sign !== null)) return null;
  if (event.user === botUser) return null;
  const direct = isDirect(event.channel);
  const asked = event.type === 'app_mention' ? !direct : direct && event.channel_type === 'im';
  if (!asked) return null;
  return {
    run: runIdOf('slack', event_id),
    user: event.user,
    teams: [event.team, event.user_team, event.source_team].filter(team => team !== undefined),
    channel: direct ? null : event.channel,
    handle: {
      channel: event.channel,
      user: event.user,
      thread: event.thread_ts ?? null,
      message: null,
      respond: null,
    },
    text: plain(afterMention(event.text, botUser)).trim(),
    ...(files.length > 0 ? { files } : {}),
  };
};

/** `hello <@UBOT> check branch` asks for `check branch`. */
const afterMention = (text: string, botUser: string): string => {
  const mention = new RegExp(`<@${botUser}(?:\\|[^>]*)?>`);
  const at = mention.exec(text);
  return at ? text.slice(at.index + at[0].length) : text;
};

/** Slack's markup back to what was typed: links to their label, `&amp;` to `&`. https://docs.slack.dev/messaging/formatting-message-text/ */
export const plain = (text: string): string =>
  text
    .replace(
      /<(?:https?:\/\/|mailto:)([^>|]*)(?:\|([^>]*))?>/g,
      (_, address: string, label?: string) => label ?? address,
    )
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&amp;', '&');
