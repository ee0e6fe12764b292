import { App, type Receiver } from '@slack/bolt';
import type { Clock } from '../../domain/clock.js';
import { ConfigError } from '../../domain/errors.js';
import type { ReplyAddress, Requester } from '../../domain/request.js';
import { patientlyOnce } from '../../intake/patiently.js';
import { type Asked, type Intake, type Messenger, MessengerBusyError, type Secrets } from '../../intake/ports.js';
import { NEEDED } from '../../view/form.js';
import { text, type View } from '../../view/view.js';
import type { HttpFront } from '../http.js';
import type { Log } from '../log.js';
import { turns } from '../turns.js';
import type { Unanswered } from '../unanswered.js';
import { addressOf } from './address.js';
import { ASK_ID } from './ask-form.js';
import { boltLogger, clientOptions, type SlackClient, slackClient } from './client.js';
import type { SlackConfig } from './config.js';
import { httpDoor } from './door.js';
import { doubleClicks } from './double-click.js';
import { attachedFiles } from './files.js';
import { userGroups } from './groups.js';
import { hearAnswers, hearForm, hearShortcut, hearSubmission } from './hear-form.js';
import { type Heard, hearClick, hearCommand, hearEvent } from './incoming.js';
import { keptDeliveries } from './kept-deliveries.js';
import { slackMessenger } from './messenger.js';
import { muteOpener } from './open-ask.js';
import { formOpener } from './open-form.js';
import { FORM_ID, type ReadableTarget, SHORTCUT_ID } from './read-form.js';
import { asMessengerError } from './refusal.js';
import { type Self, whoAmI } from './self.js';
import { type SocketFront, socketFront } from './socket.js';

export type SlackAdapterDeps = {
  config: SlackConfig;
  secrets: Secrets;
  intake: Intake;
  /** The user groups that the configuration names for Slack, by id. */
  groups: readonly string[];
  /** The targets for which somebody may have something read; their form offers them. Without it there is no form. */
  readable?: (by: Requester) => readonly ReadableTarget[];
  /** The targets that somebody may mute; the form of «Mute…» offers them. Without it there is no form. */
  mutable?: (by: Requester) => readonly { id: string }[];
  clock: Clock;
  log: Log;
  /** Without it a question that was acknowledged ends with this process. */
  unanswered?: Unanswered;
  /** Needed for mode http, where it is mounted at `/slack/events`. */
  http?: HttpFront;
};

export type SlackAdapter = {
  /** Waits while Slack does not answer; throws `ConfigError` where no waiting helps. */
  start: () => Promise<void>;
  /** Takes no more questions, and gives those under way ten seconds to be laid into the queue. */
  stop: () => Promise<void>;
  messenger: Messenger;
  /** Null while questions can reach us, otherwise what is missing, for `/healthz`. */
  ailing: () => string | null;
};

type Knows = {
  self: Self;
  client: SlackClient;
  inGroups: ReturnType<typeof userGroups>;
  openForm: ReturnType<typeof formOpener>;
  openMute: ReturnType<typeof muteOpener>;
};

const PATH = '/slack/events';
const STOP_MS = 10_000;
/**
 * Node takes one new connection in each round of its loop (https://github.com/libuv/libuv/pull/3696), so rounds must stay short: with
 * every answer under way at once, acknowledgements of a burst came seconds late. Measured by `npm run bench -- ack`.
 */
const ANSWERS_AT_ONCE = 20;
/** In Socket Mode each connection hands what it gets to the app by itself. */
const NO_RECEIVER: Receiver = { init: () => undefined, start: async () => undefined, stop: async () => undefined };

/** Brings questions in from one Slack workspace: acknowledged first, understood and answered afterwards. */
export const slackAdapter = (deps: SlackAdapterDeps): SlackAdapter => {
  const { config, secrets, intake, clock, log, http, unanswered } = deps;
  const messenger = slackMessenger(deps);
  const stopping = new AbortController();
  const underWay = new Set<Promise<void>>();
  const inTurn = turns(ANSWERS_AT_ONCE);
  let socket: SocketFront | null = null;
  let ready = false;

  return { start, stop, messenger, ailing };

  async function start(): Promise<void> {
    const client = slackClient(await held('botToken'), config, log);
    const appToken = config.mode === 'socket' ? await held('appToken') : '';
    const signingSecret = config.mode === 'http' ? await held('signingSecret') : '';
    if (config.mode === 'http' && !http) throw new ConfigError('mode http of Slack needs the HTTP listener');
    const self = await whoAmI(client, log, stopping.signal);
    if (!self) return;
    if (http && config.mode === 'http') {
      const door = httpDoor({ path: PATH, signingSecret, clock, log });
      boltApp(self, client, door.receiver);
      http.mount(PATH, door.open);
    } else {
      socket = socketFront({ config, appToken, app: boltApp(self, client, NO_RECEIVER), log });
      await socket.start();
    }
    ready = !stopping.signal.aborted;
    log.info({ mode: config.mode, team: self.team }, 'Slack can ask now');
  }

  async function stop(): Promise<void> {
    stopping.abort();
    ready = false;
    if (config.mode === 'http') http?.unmount(PATH);
    await socket?.stop();
    let tired: NodeJS.Timeout | undefined;
    const patience = new Promise<void>(resolve => {
      tired = setTimeout(resolve, STOP_MS);
    });
    await Promise.race([Promise.allSettled(underWay), patience]);
    clearTimeout(tired);
  }

  function ailing(): string | null {
    if (!ready) return 'Slack has not answered yet';
    return socket && socket.connected() === 0 ? 'no Socket Mode connection to Slack' : null;
  }

  /** Bolt would ask Slack who we are before it acknowledges the first event; it is told here, so it never waits. */
  function boltApp(self: Self, client: SlackClient, receiver: Receiver): App {
    const inGroups = userGroups({ client, groups: deps.groups, clock, log });
    const openForm = formOpener({ client, readable: deps.readable ?? (() => []), log });
    const openMute = muteOpener({ client, mutable: deps.mutable ?? (() => []), log });
    const app = new App({
      receiver,
      // Comes before the acknowledgement, of events too.
      authorize: async (_, body) => {
        await keep({ ...body });
        return { botToken: client.token ?? '', botId: self.bot, botUserId: self.user, teamId: self.team };
      },
      convoStore: false,
      clientOptions: clientOptions(config, log),
      logger: boltLogger(log),
    });
    const hear = (body: unknown) =>
      hearEvent(body, self.user) ?? hearCommand(body, clock) ?? hearClick(body, clock) ?? hearForm(body, clock);
    const kept = keptDeliveries<Heard>(heard => void start(heard));
    const keep = async ({ token: _, ...body }: Record<string, unknown>): Promise<void> => {
      const heard = hear(body);
      if (!heard || !unanswered) return;
      const is = await unanswered.keep('slack', heard.run, body);
      if (is === 'ours') kept.add(heard);
      // Bolt acknowledges also what it is not let to handle: what nobody can answer stays without a word, and Slack says so, or repeats it.
      if (is === 'nowhere' && (await start(heard)) !== 'done') await new Promise<never>(() => {});
    };
    /** What was kept and is not there any more is answered by another bot, or already. */
    const take = (heard: Heard | null): void => {
      if (heard && (!unanswered || kept.take(heard))) void start(heard);
    };
    const start = async (heard: Heard, begun?: ReplyAddress | null): Promise<Asked> => {
      if (stopping.signal.aborted) return 'open'; // for the next bot
      const done = inTurn(() => answer(heard, { self, client, inGroups, openForm, openMute }, begun ?? undefined));
      const settled = done
        .then(is => (is === 'done' ? unanswered?.done(heard.run) : unanswered?.later(heard.run, is)))
        .finally(() => underWay.delete(settled));
      underWay.add(settled);
      return done;
    };
    unanswered?.take('slack', ({ heard, begun }) => {
      const again = hear(heard);
      if (again) void start(again, begun);
    });
    const isDoubleClick = doubleClicks(clock);
    app.shortcut({ type: 'message_action', callback_id: SHORTCUT_ID }, async ({ ack, body }) => {
      await ack();
      take(hearShortcut(body, clock));
    });
    app.view({ type: 'view_submission', callback_id: FORM_ID }, async ({ ack, body }) => {
      const sent = hearSubmission(body);
      if (sent?.isEmpty)
        return ack({ response_action: 'errors', errors: { 'text-0': 'Paste something here, or add a file below.' } });
      await ack();
      take(sent?.heard ?? null);
    });
    app.view({ type: 'view_submission', callback_id: ASK_ID }, async ({ ack, body }) => {
      const sent = hearAnswers(body);
      const errors = Object.fromEntries((sent?.empty ?? []).map(name => [name, NEEDED]));
      if (sent && sent.empty.length > 0) return ack({ response_action: 'errors', errors });
      await ack();
      take(sent?.heard ?? null);
    });
    app.command(/.*/, async ({ ack, body }) => {
      await ack();
      take(hearCommand(body, clock));
    });
    app.action(/.*/, async ({ ack, body }) => {
      await ack();
      const heard = hearClick(body, clock);
      if (!heard || !isDoubleClick(heard)) take(heard);
      else if (kept.take(heard)) await unanswered?.done(heard.run);
    });
    app.event(/^(?:app_mention|message)$/, async ({ body }) => take(hearEvent(body, self.user)));
    app.error(async error => log.error({ error: error.message }, 'a delivery of Slack could not be handled'));
    return app;
  }

  async function answer(
    heard: Heard,
    { self, client, inGroups, openForm, openMute }: Knows,
    begun?: ReplyAddress,
  ): Promise<Asked> {
    const { run, user, channel, handle } = heard;
    const to = addressOf(handle);
    try {
      const standing = await standingOf(heard, self, client, log);
      if (standing !== 'ours') {
        log.warn({ user, teams: heard.teams, standing }, 'somebody asked who may not; nothing was run');
        await patientlyOnce(() => messenger.tell(to, standing === 'stranger' ? strangerView : unclearView));
        return 'done';
      }
      const by = { platform: 'slack', user, ...(await inGroups(user)), channel };
      const opened = heard.form ? await openForm(heard, by) : await openMute(heard, by);
      if (opened.is === 'opened') return 'done';
      const files = attachedFiles(heard.files ?? [], { config, client });
      const more = {
        ...(heard.button ? { fromButton: true as const } : {}),
        ...(files.length > 0 ? { files } : {}),
        ...(begun ? { begun } : {}),
      };
      return await intake.ask({ run, by, to, text: opened.text, ...more });
    } catch (error) {
      log.error({ error: String(error), run }, 'a question of Slack was not answered');
      return error instanceof MessengerBusyError ? 'open' : 'done';
    }
  }

  async function held(name: 'botToken' | 'appToken' | 'signingSecret'): Promise<string> {
    const ref = config[name];
    const value = ref ? (await secrets(ref)).trim() : '';
    if (value === '') throw new ConfigError(`slack.${name} is empty`, { name });
    return value;
  }
};

/** In channels that are shared with other companies, their people can write to us too. Nobody whose workspace is unclear may ask. */
const standingOf = async (
  { teams, user }: Heard,
  self: Self,
  client: SlackClient,
  log: Log,
): Promise<'ours' | 'stranger' | 'unclear'> => {
  if (teams.length > 0) return teams.every(team => team === self.team) ? 'ours' : 'stranger';
  try {
    const { user: person } = await client.users.info({ user });
    return person?.team_id === self.team && person.is_stranger !== true ? 'ours' : 'stranger';
  } catch (error) {
    log.warn({ user, error: String(error) }, 'Slack did not say whose workspace an asker belongs to');
    return asMessengerError(error, 'users.info') instanceof MessengerBusyError ? 'unclear' : 'stranger';
  }
};

const view = (headline: string, line: string): View => ({
  tone: 'notice',
  headline,
  sections: [{ tone: 'plain', title: '', lines: [text(line)], commands: [], detail: false }],
  footer: '',
  file: 'uccx-answer',
});

const strangerView = view(
  'Only people of the workspace that installed this bot can use it.',
  'Your account belongs to another workspace, so nothing was run. Ask a colleague of that workspace.',
);

const unclearView = view('Slack does not say at the moment who you are.', 'So nothing was run. Ask again in a minute.');
