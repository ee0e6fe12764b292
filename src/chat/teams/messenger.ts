import type { ReplyAddress } from '../../domain/request.js';
import { BRIEF, patiently, patientlyOnce } from '../../intake/patiently.js';
import { type Messenger, MessengerBusyError, MessengerRefusedError } from '../../intake/ports.js';
import type { View } from '../../view/view.js';
import type { Log } from '../log.js';
import { fileOf } from '../whole-file.js';
import { addressOf, handleOf, placeOf, type TeamsHandle, underMessage, withoutThread } from './address.js';
import { messageLink } from './clouds.js';
import type { TeamsConfig } from './config.js';
import type { Outgoing, TeamsEngine } from './engine.js';
import type { Parcelling } from './parcelling.js';
import { renderTeams, type TeamsMessage, type TeamsPlace } from './render.js';
import { namedSetupError } from './setup-error.js';

export type TeamsMessengerDeps = {
  config: TeamsConfig;
  /** Loaded when it is first needed: a process that never answers in Teams never holds the library, nor the secret. */
  engine: () => Promise<TeamsEngine>;
  parcelling: Parcelling;
  /** What a message shows now, for a client that asks for it. */
  shown: Shown;
  log: Log;
};
export type Shown = { note: (handle: TeamsHandle, activity: Outgoing) => void; of: (handle: TeamsHandle) => unknown };

/**
 * Carries answers into Teams: as a message where it was asked, edited from then on. What only the asker shall read goes to their own
 * conversation with the bot, and where there is none, into the conversation after all. Every call says at once how it went; waiting is
 * the queue's business.
 */
export const teamsMessenger = ({ config, engine, parcelling, shown, log }: TeamsMessengerDeps): Messenger => {
  return {
    post: (to, view) => post(to, view).catch(rethrown),
    edit: (at, view) => edit(at, view).catch(rethrown),
    tell: (to, view) => tell(to, view).catch(rethrown),
    link,
    lasting: to => {
      const handle = handleOf(to);
      const nobody = handle.scope === 'personal' ? {} : { user: null, account: null };
      return addressOf({ ...handle, ...nobody, conversation: withoutThread(handle.conversation), message: null });
    },
    under: at => addressOf(underMessage(handleOf(at))),
  };

  async function post(to: ReplyAddress, view: View): Promise<ReplyAddress> {
    return addressOf(await postAnew(handleOf(to), view));
  }

  async function edit(at: ReplyAddress, view: View): Promise<ReplyAddress> {
    const handle = handleOf(at);
    if (handle.message === null) return post(at, view);
    const place = { ...placeOf(handle), activity: handle.message };
    let message: TeamsMessage;
    try {
      ({ message } = await asItFits(handle, view, async activity => {
        await (await engine()).update(place, activity);
        shown.note(handle, activity);
      }));
    } catch (error) {
      if (!isClosed(error)) throw error;
      if (view.tone === 'running') return at; // the result will be posted, and one message is enough
      log.warn({ code: codeOf(error) }, 'a message cannot be edited (any more); it is posted anew');
      return addressOf(await postAnew(handle, view));
    }
    await attach(handle, message).catch(error => {
      if (!(error instanceof MessengerRefusedError)) throw error; // the whole edit is tried again, and changes nothing
      return withoutFile(handle, view, error);
    });
    return addressOf(handle);
  }

  async function tell(to: ReplyAddress, view: View): Promise<void> {
    const handle = handleOf(to);
    const { activity } = renderTeams(view, { file: 'aside' });
    const here = () => send({ ...handle, message: null }, activity);
    if (handle.scope === 'personal' || handle.account === null) return void (await here());
    try {
      await send(await theirs(handle), activity);
    } catch (error) {
      // They may not have the bot in a conversation of their own. That Teams is busy is no reason to tell it to all.
      if (!(error instanceof MessengerRefusedError)) throw error;
      log.warn({ error: String(error) }, 'the asker cannot be told alone; told where they asked');
      await here();
    }
  }

  async function link(at: ReplyAddress): Promise<string | null> {
    const { conversation, scope, message } = handleOf(at);
    return message === null ? null : messageLink(config, { conversation, scope, message });
  }

  async function postAnew(handle: TeamsHandle, view: View): Promise<TeamsHandle> {
    const say = (activity: Outgoing) => send({ ...handle, message: null }, activity);
    const { done: posted, message } = await asItFits(handle, view, say);
    // The message stands: failing because of its file would post it a second time.
    await patientlyOnce(() => attach(posted, message), BRIEF).catch(error => withoutFile(posted, view, error));
    return posted;
  }

  async function send(handle: TeamsHandle, activity: Outgoing): Promise<TeamsHandle> {
    const channel = withoutThread(handle.conversation);
    try {
      const posted = { ...handle, message: await (await engine()).send(placeOf(handle), activity) };
      shown.note(posted, activity);
      return posted;
    } catch (error) {
      if (!isGone(error) || channel === handle.conversation) throw error;
      return send({ ...handle, conversation: channel }, activity); // somebody deleted the message that the thread hung under
    }
  }

  /** Files are offered, and come once the reader agrees; Teams has that only in the conversation with one person. */
  async function attach(handle: TeamsHandle, { file, attachment }: TeamsMessage): Promise<void> {
    for (const each of [file, attachment]) {
      if (each === null) continue;
      const there = handle.scope === 'personal' ? { ...handle, message: null } : await theirs(handle);
      await parcelling.offer(there, each, `${handle.conversation} ${handle.message}`);
    }
  }

  async function withoutFile(handle: TeamsHandle, view: View, why: unknown): Promise<void> {
    log.error({ error: String(why), code: codeOf(why) }, 'the file of an answer could not be offered to the asker');
    const { activity } = renderTeams(view, { file: 'nowhere' });
    const place = { ...placeOf(handle), activity: String(handle.message) };
    await patiently(async () => (await engine()).update(place, activity), BRIEF).catch(error =>
      log.warn({ error: String(error) }, 'nor could the message say so'),
    );
  }

  /** The asker's own conversation with the bot. */
  async function theirs(handle: TeamsHandle): Promise<TeamsHandle> {
    if (handle.account === null)
      throw new MessengerRefusedError('nobody in particular asked here', { code: 'nobody_asked' });
    const { conversation } = await (await engine()).direct({ ...placeOf(handle), activity: null }, handle.account);
    return { ...handle, conversation, scope: 'personal', message: null };
  }

  /** Should Teams find the card too much, the words alone still arrive, and everything in the file. */
  async function asItFits<T>(
    handle: TeamsHandle,
    view: View,
    say: (activity: Outgoing) => Promise<T>,
  ): Promise<{ done: T; message: TeamsMessage }> {
    const message = renderTeams(view, drawnFor(handle, view));
    try {
      return { done: await say(message.activity), message };
    } catch (error) {
      if (!isTooMuch(error)) throw error;
      log.error({ code: codeOf(error) }, 'Teams refuses our card; sent as plain words');
      const file = view.tone === 'running' ? null : (message.file ?? fileOf(view));
      return { done: await say(message.words), message: { ...message, file, attachment: view.attachment ?? null } };
    }
  }
};

const drawnFor = ({ scope, account }: TeamsHandle, { tone }: View): TeamsPlace => ({
  file: scope === 'personal' ? 'here' : account === null ? 'nowhere' : 'direct',
  ...(tone === 'running' && account !== null ? { refresh: { for: [account], command: 'refresh' } } : {}),
});

const rethrown = (error: unknown): never => {
  throw namedSetupError(error);
};

const factOf = (error: unknown, name: string): unknown =>
  error instanceof MessengerRefusedError || error instanceof MessengerBusyError ? error.facts[name] : undefined;
const codeOf = (error: unknown): string | null => {
  const code = factOf(error, 'code');
  return typeof code === 'string' ? code : null;
};
const isGone = (error: unknown): boolean =>
  error instanceof MessengerRefusedError && factOf(error, 'status') === 404 && codeOf(error) !== 'ConversationNotFound';
/** Gone, or not ours: the button of a copy that somebody forwarded. Where the place itself is closed, posting fails by the same name. */
const isClosed = (error: unknown): boolean =>
  error instanceof MessengerRefusedError &&
  [400, 403, 404].includes(Number(factOf(error, 'status'))) &&
  codeOf(error) !== 'ConversationNotFound';
const isTooMuch = (error: unknown): boolean =>
  error instanceof MessengerRefusedError &&
  (factOf(error, 'status') === 413 || ['MessageSizeTooBig', 'BadArgument', 'BadSyntax'].includes(codeOf(error) ?? ''));
