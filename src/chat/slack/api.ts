import { MessengerRefusedError, type Secrets } from '../../intake/ports.js';
import { cutTo, oneLine } from '../clean.js';
import type { Log } from '../log.js';
import { type SlackClient, slackClient } from './client.js';
import type { SlackConfig } from './config.js';
import { asMessengerError } from './refusal.js';

/** `alt` is for pictures: what a screen reader says. */
export type SlackFile = { name: string; content: Buffer; alt?: string };

/**
 * What a picture shows is its title, which Slack shows above it and screen readers read. `alt_txt`, which is for that, makes Slack lose the
 * file in silence (https://github.com/slackapi/python-slack-sdk/issues/1818), and the SDK sends it under another name.
 */
const TITLE_MAX = 250;

/** The few calls that the messenger needs. Each throws `MessengerBusyError` or `MessengerRefusedError` and never waits by itself. */
export const slackApi = ({ config, secrets, log }: { config: SlackConfig; secrets: Secrets; log: Log }) => {
  let connected: SlackClient | null = null;
  return { call, upload, directChannel };

  async function call(method: string, args: Record<string, unknown>): Promise<Record<string, unknown>> {
    const client = await connect();
    try {
      return { ...(await client.apiCall(method, args)) };
    } catch (error) {
      throw asMessengerError(error, method);
    }
  }

  async function upload(channel: string, thread: string | null, { name, content, alt }: SlackFile): Promise<void> {
    const client = await connect();
    const place = thread === null ? { channel_id: channel } : { channel_id: channel, thread_ts: thread };
    try {
      const title = alt === undefined ? name : cutTo(oneLine(alt), TITLE_MAX);
      await client.filesUploadV2({ ...place, filename: name, title, file: content });
    } catch (error) {
      throw asMessengerError(error, 'files.completeUploadExternal');
    }
  }

  /** The conversation of one person with the bot. */
  async function directChannel(user: string): Promise<string> {
    const { channel } = (await call('conversations.open', { users: user })) as { channel?: { id?: string } };
    if (!channel?.id) throw new MessengerRefusedError('Slack opened no conversation', { code: 'no_channel' });
    return channel.id;
  }

  /** The secret is read when it is first needed: a process that never answers in Slack never holds the token. */
  async function connect(): Promise<SlackClient> {
    connected ??= slackClient(await secrets(config.botToken), config, log);
    return connected;
  }
};
