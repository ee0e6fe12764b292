import type { Clock } from '../../domain/clock.js';
import { isoNow } from '../../domain/clock.js';
import { ConfigError } from '../../domain/errors.js';
import type { ReplyAddress } from '../../domain/request.js';
import { patientlyOnce } from '../../intake/patiently.js';
import {
  type Asked,
  type Conversations,
  type Intake,
  type Messenger,
  MessengerBusyError,
  type Parcels,
  type Secrets,
} from '../../intake/ports.js';
import { cutTo } from '../clean.js';
import type { HttpFront } from '../http.js';
import type { Log } from '../log.js';
import { turns } from '../turns.js';
import type { Unanswered } from '../unanswered.js';
import type { Here } from './activity.js';
import { addressOf, handleOf, TeamsHandle, withoutThread } from './address.js';
import { authorityOf } from './clouds.js';
import type { TeamsConfig } from './config.js';
import { doubleClicks } from './double-click.js';
import type { CheckedThing, InvokeAnswer, TeamsEngine } from './engine.js';
import type { Credential } from './engine-deps.js';
import { loadEngine } from './engines.js';
import { attachedFiles } from './files.js';
import { type Heard, hearActivity, type Incoming } from './incoming.js';
import { answerCard, answerWords, NOT_IMPLEMENTED } from './invoke-answer.js';
import { teamsMessenger } from './messenger.js';
import { paces } from './pace.js';
import { parcelling } from './parcelling.js';
import { roster } from './roster.js';
import { shownCards } from './shown.js';
import { hurriedView, strangerView, unclearView } from './strangers.js';
import { welcomeView } from './welcome.js';

export type TeamsAdapterDeps = {
  config: TeamsConfig;
  secrets: Secrets;
  /** Says where a managed identity is had. */
  env: Readonly<Record<string, string | undefined>>;
  intake: Intake;
  /** The teams that the configuration names in grants, by id. */
  teams: readonly string[];
  conversations: Conversations;
  parcels: Parcels;
  clock: Clock;
  log: Log;
  /** Without it a question that was acknowledged ends with this process. */
  unanswered?: Unanswered;
  /** The entrance is mounted at `/api/messages`. */
  http: HttpFront;
};

export type TeamsAdapter = {
  /** Loads the library and opens the entrance. Throws `ConfigError` where no waiting helps. */
  start: () => Promise<void>;
  /** Takes no more questions, and gives those under way ten seconds to be laid into the queue. */
  stop: () => Promise<void>;
  messenger: Messenger;
  /** Null while questions can reach us, otherwise what is missing, for `/healthz`. */
  ailing: () => string | null;
  /** Every place where the bot is installed, for what is said unasked. */
  places: () => Promise<ReplyAddress[]>;
  selfcheck: () => Promise<CheckedThing[]>;
};

const PATH = '/api/messages';
const STOP_MS = 10_000;
/** Of a question, in the words that a click is answered with at once. */
const ECHO_MAX = 120;
/** Short rounds of the loop, so that whoever knocks is heard at once; measured for Slack by `npm run bench -- ack`. */
const ANSWERS_AT_ONCE = 20;

/** Brings questions in from one tenant's Teams: the turn is answered first, understood and worked on afterwards. */
export const teamsAdapter = (deps: TeamsAdapterDeps): TeamsAdapter => {
  const { config, secrets, intake, conversations, parcels, clock, log, http, unanswered } = deps;
  let loading: Promise<TeamsEngine> | null = null;
  const shown = shownCards();
  const files = parcelling({ config, engine, parcels, log });
  const messenger = teamsMessenger({ config, engine, parcelling: files, shown, log });
  const people = roster({ engine, tenant: config.tenant, teams: deps.teams, clock, log });
  const isDoubleClick = doubleClicks(clock);
  const paceOf = paces(clock);
  const inTurn = turns(ANSWERS_AT_ONCE);
  const underWay = new Set<Promise<void>>();
  let state: 'starting' | 'open' | 'stopped' = 'starting';

  return {
    start,
    stop,
    messenger: { ...messenger, named },
    ailing,
    places,
    selfcheck: async () => (await engine()).selfcheck(),
  };

  async function start(): Promise<void> {
    if (config.password && (await secrets(config.password)).trim() === '')
      throw new ConfigError('teams.password is empty');
    const { open } = await engine();
    if (state === 'stopped') return;
    http.mount(PATH, open);
    state = 'open';
    unanswered?.take('teams', ({ heard, begun }) => again(heard, begun));
    log.info({ engine: config.engine, cloud: config.cloud }, 'Teams can ask now');
  }

  async function stop(): Promise<void> {
    state = 'stopped';
    http.unmount(PATH);
    let tired: NodeJS.Timeout | undefined;
    const patience = new Promise<void>(resolve => {
      tired = setTimeout(resolve, STOP_MS);
    });
    await Promise.race([Promise.allSettled(underWay), patience]);
    clearTimeout(tired);
  }

  function ailing(): string | null {
    return state === 'open' ? null : 'Teams cannot ask yet';
  }

  async function places(): Promise<ReplyAddress[]> {
    const known = await conversations.all('teams');
    return known.flatMap(({ handle }) => {
      const read = TeamsHandle.safeParse(handle);
      return read.success ? [addressOf(read.data)] : [];
    });
  }

  async function named(name: string): Promise<ReplyAddress | null> {
    const isIt = (at: ReplyAddress) => withoutThread(handleOf(at).conversation) === withoutThread(name);
    const found = (await places()).find(isIt);
    return found && messenger.lasting ? messenger.lasting(found) : null;
  }

  function engine(): Promise<TeamsEngine> {
    loading ??= loadEngine(config.engine, {
      appId: config.appId,
      tenant: config.tenant,
      credential: credentialOf(deps),
      authority: authorityOf(config),
      clock,
      log,
      hear,
    });
    loading.catch(() => {
      loading = null;
    });
    return loading;
  }

  /** Answers the turn. What takes time goes on afterwards, a few at once. */
  async function hear(activity: unknown): Promise<InvokeAnswer | null> {
    const incoming = hearActivity(activity);
    if (state === 'stopped') return { status: 503 };
    switch (incoming.is) {
      case 'question':
        return walks(incoming.heard) && !(await heeds(incoming, activity)) ? { status: 503 } : null;
      case 'click':
        if (!walks(incoming.heard)) return answerWords(hurriedView.headline);
        if (!isDoubleClick(incoming.heard) && !(await heeds(incoming, activity))) return { status: 503 };
        return answerWords(`You asked: ${cutTo(incoming.heard.text, ECHO_MAX)}. The answer comes in a moment.`);
      case 'refresh': {
        const card = shown.of(incoming.handle);
        return card === null ? answerWords('This message is up to date.') : answerCard(card);
      }
      case 'consent':
        goOn(() => files.settle(incoming.consent));
        return { status: 200 };
      case 'installed':
        goOn(() => welcome(incoming));
        return null;
      case 'removed':
        goOn(() => conversations.drop('teams', incoming.id));
        return null;
      case 'unknown-invoke':
        return NOT_IMPLEMENTED;
      case 'nothing':
        return null;
    }
  }

  /** False where it could neither be kept nor answered: Teams then says so to whoever asked. */
  async function heeds(asking: Asking, activity: unknown): Promise<boolean> {
    const kept = (await unanswered?.keep('teams', asking.heard.run, activity)) ?? 'ours';
    if (kept === 'others') return true;
    const taken = take(asking);
    return kept === 'ours' || (await taken) === 'done';
  }

  async function take(asking: Asking, begun: ReplyAddress | null = null): Promise<Asked> {
    let is: Asked = 'open';
    await goOn(async () => {
      if (state === 'stopped') return; // the next bot takes it
      const { run } = asking.heard;
      try {
        is = await answer(asking, begun);
      } catch (error) {
        is = error instanceof MessengerBusyError ? 'open' : 'done';
        throw error;
      } finally {
        await (is === 'done' ? unanswered?.done(run) : unanswered?.later(run, is));
      }
    });
    return is;
  }

  function again(activity: unknown, begun: ReplyAddress | null): void {
    const incoming = hearActivity(activity);
    if (incoming.is === 'question' || incoming.is === 'click') void take(incoming, begun);
  }

  function walks({ handle }: Heard): boolean {
    const pace = paceOf(handle.account ?? handle.conversation);
    if (pace !== 'once') return pace === 'walks';
    log.warn({ user: handle.user }, 'somebody asks faster than a person can; not heard for a while');
    goOn(() => patientlyOnce(() => messenger.tell(addressOf(handle), hurriedView)));
    return false;
  }

  function goOn(work: () => Promise<void>): Promise<void> {
    const done = inTurn(work)
      .catch(error => log.error({ error: String(error) }, 'something that Teams brought could not be handled'))
      .finally(() => underWay.delete(done));
    underWay.add(done);
    return done;
  }

  async function answer({ heard, here }: Asking, begun: ReplyAddress | null): Promise<Asked> {
    const { run, handle, channel, text, button } = heard;
    const to = addressOf(handle);
    const standing = await people.standing(heard);
    if (standing !== 'ours') {
      log.warn({ user: handle.user, tenants: heard.tenants, standing }, 'somebody asked who may not; nothing was run');
      await patientlyOnce(() => messenger.tell(to, standing === 'stranger' ? strangerView : unclearView));
      return 'done';
    }
    void note(here); // the question does not wait for it
    const files = attachedFiles(heard.attachments ?? [], config);
    const more = {
      ...(button ? { fromButton: true as const } : {}),
      ...(files.length > 0 ? { files } : {}),
      ...(begun ? { begun } : {}),
    };
    return intake.ask({ run, by: await requester(heard), to, text, ...more });

    async function requester({ handle: { user } }: Heard) {
      return { platform: 'teams', user: String(user), ...(await people.teamsOf(heard)), channel };
    }
  }

  async function welcome({ here, isNew }: Extract<Incoming, { is: 'installed' }>): Promise<void> {
    await note(here);
    if (isNew) await patientlyOnce(() => messenger.post(addressOf(here.handle), welcomeView(here.handle.scope)));
  }

  /** The place is only a courtesy of later: nothing fails with it. */
  function note({ id, handle }: Here): Promise<void> {
    return conversations
      .put({ platform: 'teams', id, handle, seenAt: isoNow(clock) })
      .catch(error => log.warn({ error: String(error) }, 'a conversation could not be noted'));
  }
};

type Asking = Extract<Incoming, { is: 'question' | 'click' }>;

/** By what the bot proves itself with this configuration. */
export const credentialOf = ({
  config: { password },
  secrets,
  env,
}: Pick<TeamsAdapterDeps, 'config' | 'secrets' | 'env'>): Credential =>
  password ? { is: 'secret', secret: async () => (await secrets(password)).trim() } : { is: 'managed-identity', env };
