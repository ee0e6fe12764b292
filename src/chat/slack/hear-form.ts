import { z } from 'zod';
import { type Clock, isoNow } from '../../domain/clock.js';
import { runIdOf } from '../../domain/ids.js';
import { commandFrom } from '../../view/form.js';
import { isDirect } from './address.js';
import { ASK_ID, AskMemory, answersIn } from './ask-form.js';
import { SlackFile } from './files.js';
import { type Heard, plain } from './incoming.js';
import { FORM_ID, FormMemory, filledIn, SHORTCUT_ID } from './read-form.js';

const Person = z.object({ id: z.string(), team_id: z.string().optional() });
const Team = z.object({ id: z.string() }).nullish();

/** https://docs.slack.dev/reference/interaction-payloads/view-interactions-payload */
const Submission = z.object({
  type: z.literal('view_submission'),
  user: Person,
  team: Team,
  view: z.object({
    id: z.string(),
    callback_id: z.string(),
    private_metadata: z.string(),
    state: z.object({ values: z.unknown() }),
  }),
});

/** https://docs.slack.dev/reference/interaction-payloads/shortcuts-interaction-payload */
const Shortcut = z.object({
  type: z.literal('message_action'),
  callback_id: z.literal(SHORTCUT_ID),
  trigger_id: z.string(),
  response_url: z.url(),
  user: Person,
  team: Team,
  channel: z.object({ id: z.string() }),
  message: z.object({
    ts: z.string(),
    thread_ts: z.string().optional(),
    text: z.string().nullish(),
    files: z.array(SlackFile).max(100).nullish(),
  }),
});

/** What somebody asks by a form that lacks nothing, or by the menu of a message. */
export const hearForm = (body: unknown, clock: Clock): Heard | null => {
  const sent = hearSubmission(body);
  if (sent) return sent.isEmpty ? null : sent.heard;
  const answers = hearAnswers(body);
  if (answers) return answers.empty.length > 0 ? null : answers.heard;
  return hearShortcut(body, clock);
};

/** A form that was sent: what stands in it, as if it had been typed and dropped where the form was opened. */
export const hearSubmission = (body: unknown): { heard: Heard; isEmpty: boolean } | null => {
  const sent = sentBy(body, FORM_ID, FormMemory);
  const filled = sent && filledIn(sent.values);
  if (!filled) return null;
  const files = [
    ...sent.memory.files.map(({ size, ...file }) => ({ ...file, ...(size === null ? {} : { size }) })),
    ...filled.files,
  ];
  return {
    isEmpty: filled.text.trim() === '' && files.length === 0,
    heard: { ...sent.heard, text: readWords(filled.target, filled.text), files },
  };
};

/** A form under a button that was sent: its command, as if it had been typed where the button stands, and the fields left empty. */
export const hearAnswers = (body: unknown): { heard: Heard; empty: string[] } | null => {
  const sent = sentBy(body, ASK_ID, AskMemory);
  const given = sent && answersIn(sent.values);
  if (!given) return null;
  return { empty: given.empty, heard: { ...sent.heard, text: commandFrom(sent.memory.command, given.answers) } };
};

/** The same form sent twice by one person is one question. */
const sentBy = <M extends Place>(
  body: unknown,
  callback: string,
  remembered: z.ZodType<M>,
): { heard: Omit<Heard, 'text'>; memory: M; values: unknown } | null => {
  const parsed = Submission.safeParse(body);
  if (!parsed.success || parsed.data.view.callback_id !== callback) return null;
  const { user, team, view } = parsed.data;
  const memory = remembered.safeParse(json(view.private_metadata));
  if (!memory.success) return null;
  const { channel, thread, respond } = memory.data;
  return {
    memory: memory.data,
    values: view.state.values,
    heard: {
      run: runIdOf('slack', `${view.id} ${user.id}`),
      user: user.id,
      teams: [user.team_id ?? team?.id].filter(id => id !== undefined),
      channel: isDirect(channel) ? null : channel,
      handle: { channel, user: user.id, thread, message: null, respond: respond && { ...respond, spent: 0 } },
    },
  };
};
type Place = Pick<AskMemory, 'channel' | 'thread' | 'respond'>;

/** «Read with UCCX doctor» on a message: its files and, where it is more than a remark beside them, its text. Answered below it. */
export const hearShortcut = (body: unknown, clock: Clock): Heard | null => {
  const parsed = Shortcut.safeParse(body);
  if (!parsed.success) return null;
  const { user, team, channel, message, response_url, trigger_id } = parsed.data;
  const { ts, thread_ts } = message;
  const files = message.files ?? [];
  const words = plain(message.text ?? '');
  const text = files.length > 0 && !words.trim().includes('\n') ? '' : words;
  return {
    run: runIdOf('slack', trigger_id),
    user: user.id,
    teams: [user.team_id ?? team?.id].filter(id => id !== undefined),
    channel: isDirect(channel.id) ? null : channel.id,
    handle: {
      channel: channel.id,
      user: user.id,
      thread: thread_ts ?? ts,
      message: null,
      respond: { url: response_url, since: isoNow(clock), spent: 0 },
    },
    text: readWords(null, text),
    files,
    form: { trigger: trigger_id, chosen: null, text, on: 'message' },
  };
};

/** What the intake gets, as if it had been typed. */
export const readWords = (target: string | null, text: string): string =>
  `read${target === null ? '' : ` ${target}`}${text.trim() === '' ? '' : `\n${text}`}`;

const json = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return null; // not ours
  }
};
