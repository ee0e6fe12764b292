import type { Clock } from '../../domain/clock.js';
import type { ReplyAddress } from '../../domain/request.js';
import { BRIEF, patiently, patientlyOnce } from '../../intake/patiently.js';
import { type Messenger, MessengerBusyError, MessengerRefusedError, type Secrets } from '../../intake/ports.js';
import type { View } from '../../view/view.js';
import type { Log } from '../log.js';
import { addressOf, handleOf, isDirect, type SlackHandle } from './address.js';
import { type SlackFile, slackApi } from './api.js';
import type { SlackConfig } from './config.js';
import { codeOf } from './refusal.js';
import { renderSlack, type SlackMessage } from './render.js';
import { responder } from './respond.js';

export type SlackMessengerDeps = { config: SlackConfig; secrets: Secrets; clock: Clock; log: Log };

/** One way of telling; null where it is not open at all. */
type Road = (handle: SlackHandle) => Promise<SlackHandle | null>;

/** The blocks were too much after all: a fault of the renderer, and no reason to tell nothing. */
const TOO_MUCH = new Set(['invalid_blocks', 'invalid_blocks_format', 'msg_blocks_too_long', 'msg_too_long']);

/**
 * Carries answers into Slack: as a message in the channel or thread; where the bot is no member, through the command's own way back;
 * where that is used up, as a direct message to the asker. Every call says at once how it went; waiting is the queue's business.
 */
export const slackMessenger = ({ config, secrets, clock, log }: SlackMessengerDeps): Messenger => {
  const api = slackApi({ config, secrets, log });
  const respond = responder({ apiUrl: config.apiUrl, clock });

  return { post, edit, tell, link, lasting, under, named, zoneOf };

  async function post(to: ReplyAddress, view: View): Promise<ReplyAddress> {
    return addressOf(await postAnew(handleOf(to), view));
  }

  async function edit(at: ReplyAddress, view: View): Promise<ReplyAddress> {
    const handle = handleOf(at);
    if (handle.message !== null) return addressOf(await editMessage(handle, handle.message, view));
    if (handle.respond === null || respond.spent(handle.respond) === 0) return post(at, view);
    if (view.tone === 'running' && !respond.mayProgress(handle.respond)) return at;
    return addressOf(await firstOpen([byCommand(view, true), toThemselves(view)], handle));
  }

  async function tell(to: ReplyAddress, view: View): Promise<void> {
    const handle = handleOf(to);
    await firstOpen([asideByCommand(view), aside(view), toThemselves(view)], handle, { evenIfBusy: true });
  }

  async function link(at: ReplyAddress): Promise<string | null> {
    const { channel, message } = handleOf(at);
    if (message === null) return null;
    try {
      const { permalink } = await api.call('chat.getPermalink', { channel, message_ts: message });
      return typeof permalink === 'string' ? permalink : null;
    } catch (error) {
      log.warn({ error: String(error) }, 'a link to a message could not be had');
      return null;
    }
  }

  function lasting(to: ReplyAddress): ReplyAddress {
    const { channel, user } = handleOf(to);
    return addressOf({ channel, user, thread: null, message: null, respond: null });
  }

  function under(at: ReplyAddress): ReplyAddress {
    const { channel, user, thread, message } = handleOf(at);
    return addressOf({ channel, user, thread: thread ?? message, message: null, respond: null });
  }

  async function named(channel: string): Promise<ReplyAddress> {
    return addressOf({ channel, user: null, thread: null, message: null, respond: null });
  }

  async function zoneOf(to: ReplyAddress): Promise<string | null> {
    const { user } = handleOf(to);
    if (user === null) return null;
    try {
      const { user: profile } = await api.call('users.info', { user });
      const tz = (profile as { tz?: unknown } | undefined)?.tz;
      return typeof tz === 'string' ? tz : null;
    } catch (error) {
      log.warn({ error: String(error) }, 'the time zone of a person could not be had');
      return null;
    }
  }

  function postAnew(handle: SlackHandle, view: View): Promise<SlackHandle> {
    return firstOpen([intoChannel(view), byCommand(view, false), toThemselves(view)], { ...handle, message: null });
  }

  function intoChannel(view: View): Road {
    return async handle => {
      const message = renderSlack(view, 'thread');
      const { ts } = await asItFits(message, part =>
        api.call('chat.postMessage', { channel: handle.channel, ...inThread(handle), ...words(part), ...UNADORNED }),
      );
      const posted = { ...handle, message: String(ts) };
      // The message stands: failing because of its file would post it a second time.
      const upload = (file: SlackFile) => patientlyOnce(() => uploadTo(posted, file), BRIEF);
      await eachOf(message, upload).catch(error => withoutFile(posted, view, error));
      return posted;
    };
  }

  async function editMessage(handle: SlackHandle, ts: string, view: View): Promise<SlackHandle> {
    const message = renderSlack(view, 'thread');
    try {
      await asItFits(message, part => update(handle.channel, ts, part));
    } catch (error) {
      if (!(error instanceof MessengerRefusedError)) throw error;
      const isGone = codeOf(error) === 'message_not_found';
      if (!isGone && handle.respond?.original) {
        // Where the bot is no member, a message that came by a command can only be replaced by the way of its button.
        return firstOpen([byCommand(view, true), intoChannel(view), toThemselves(view)], { ...handle, message: null });
      }
      log.warn({ code: codeOf(error) }, 'a message cannot be edited any more; it is posted anew');
      return postAnew(handle, view);
    }
    await eachOf(message, file => uploadTo(handle, file)).catch(error => {
      if (!(error instanceof MessengerRefusedError)) throw error; // the whole edit is tried again, and changes nothing
      return withoutFile(handle, view, error);
    });
    return handle;
  }

  /** Visible to the whole channel, like a message; a file goes to the asker, for the bot cannot put one there. */
  function byCommand(view: View, replace: boolean): Road {
    return async handle => {
      const way = handle.respond;
      if (!way || !respond.usable(way) || handle.user === null) return null;
      const say = (part: SlackMessage, over: boolean) =>
        respond.send(way, { response_type: 'in_channel', replace_original: over, ...words(part) });
      const message = renderSlack(view, 'direct');
      const told = { ...handle, respond: await asItFits(message, part => say(part, replace)) };
      const files = filesOf(message);
      if (files.length === 0) return told;
      try {
        const direct = await api.directChannel(handle.user);
        for (const file of files) await api.upload(direct, null, file);
        return told;
      } catch (error) {
        log.error({ error: String(error) }, 'the file of an answer could not be sent to the asker');
        if (!respond.usable(told.respond)) return told;
        return { ...told, respond: await say(renderSlack(view, 'nowhere'), true).catch(() => told.respond) };
      }
    };
  }

  /** The last resort, so that nothing is lost: the asker's own conversation with the bot. */
  function toThemselves(view: View): Road {
    return async handle => {
      if (handle.user === null) return null;
      return intoChannel(view)({
        ...handle,
        channel: await api.directChannel(handle.user),
        thread: null,
        respond: null,
      });
    };
  }

  function asideByCommand(view: View): Road {
    return async handle => {
      if (!handle.respond || !respond.usable(handle.respond)) return null;
      const message = { response_type: 'ephemeral', replace_original: false, ...words(renderSlack(view, 'aside')) };
      return { ...handle, respond: await respond.send(handle.respond, message) };
    };
  }

  function aside(view: View): Road {
    return async handle => {
      const { channel, user } = handle;
      const message = { channel, ...inThread(handle), ...words(renderSlack(view, 'aside')), ...UNADORNED };
      if (isDirect(channel) || user === null) await api.call('chat.postMessage', message);
      else await api.call('chat.postEphemeral', { user, ...message });
      return handle;
    };
  }

  function uploadTo({ channel, thread, message }: SlackHandle, file: SlackFile): Promise<void> {
    return api.upload(channel, thread ?? message, file);
  }

  async function withoutFile({ channel, message }: SlackHandle, view: View, why: unknown): Promise<void> {
    log.error(
      { error: String(why) },
      'the file of an answer could not be attached: has the app the scope files:write?',
    );
    await patiently(() => update(channel, String(message), renderSlack(view, 'nowhere')), BRIEF).catch(error =>
      log.warn({ error: String(error) }, 'nor could the message say so'),
    );
  }

  function update(channel: string, ts: string, message: SlackMessage): Promise<unknown> {
    return api.call('chat.update', { channel, ts, ...words(message), ...AS_IT_IS });
  }

  /** Should Slack find the blocks too much, the words alone still arrive. */
  async function asItFits<T>(message: SlackMessage, send: (message: SlackMessage) => Promise<T>): Promise<T> {
    try {
      return await send(message);
    } catch (error) {
      if (!TOO_MUCH.has(codeOf(error) ?? '')) throw error;
      log.error(
        { code: codeOf(error), blocks: message.blocks.length },
        'Slack refuses our blocks; sent as plain words',
      );
      return send({ ...message, blocks: [] });
    }
  }
};

/**
 * Goes on to the next road where one is closed for good. «Busy» ends it, for the same road is worth another try later; what is told
 * aside has no later, so there it goes on.
 */
const firstOpen = async (
  roads: readonly Road[],
  handle: SlackHandle,
  { evenIfBusy = false } = {},
): Promise<SlackHandle> => {
  let why: unknown = null;
  for (const road of roads) {
    try {
      const arrived = await road(handle);
      if (arrived) return arrived;
    } catch (error) {
      if (error instanceof MessengerBusyError && !evenIfBusy) throw error;
      why ??= error;
    }
  }
  throw why ?? new MessengerRefusedError('no way leads to the asker', { code: 'no_way' });
};

const eachOf = async (message: SlackMessage, upload: (file: SlackFile) => Promise<void>): Promise<void> => {
  for (const file of filesOf(message)) await upload(file);
};

const inThread = ({ thread }: SlackHandle) => (thread === null ? {} : { thread_ts: thread });

/** The picture first: it belongs to the words above it. */
const filesOf = ({ file, attachment, picture }: SlackMessage): SlackFile[] => [
  ...(picture ? [{ name: picture.name, content: Buffer.from(picture.png, 'base64'), alt: picture.alt }] : []),
  ...[file, attachment]
    .filter(each => each !== null)
    // As bytes: a script is what it is down to its line ends.
    .map(({ name, content }) => ({ name, content: Buffer.from(content, 'utf8') })),
];

const words = ({ text, blocks }: SlackMessage) => ({ text, blocks });

/** An edit that does not say so goes back to `client`, which looks for names and addresses: https://docs.slack.dev/reference/methods/chat.update */
const AS_IT_IS = { parse: 'none', link_names: false };
/** Nothing in our text is markup, and no address in it calls for a preview. */
const UNADORNED = { ...AS_IT_IS, mrkdwn: false, unfurl_links: false, unfurl_media: false };
