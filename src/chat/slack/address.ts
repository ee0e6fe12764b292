import { z } from 'zod';
import { IsoTime } from '../../domain/clock.js';
import type { ReplyAddress } from '../../domain/request.js';
import { MessengerRefusedError } from '../../intake/ports.js';

/**
 * Where an answer goes in Slack. `message` is ours, once posted. `respond` is the command's own way back, for places where the bot
 * is no member: good for five posts in thirty minutes, so what was spent travels with it.
 */
export const SlackHandle = z.strictObject({
  channel: z.string().min(1),
  /** Whom it falls back to where the channel is closed; null where nobody asked, as for a digest of the configuration. */
  user: z.string().min(1).nullable(),
  thread: z.string().nullable(),
  message: z.string().nullable(),
  respond: z
    .strictObject({
      url: z.url(),
      since: IsoTime,
      spent: z.int().min(0),
      /** It came with a button: what it replaces is the message under which the button stands. */
      original: z.literal(true).optional(),
    })
    .nullable(),
});
export type SlackHandle = z.infer<typeof SlackHandle>;

export const addressOf = (handle: SlackHandle): ReplyAddress => ({
  platform: 'slack',
  handle: handle as ReplyAddress['handle'], // what is missing is missing, never undefined
});
export const handleOf = (address: ReplyAddress): SlackHandle => {
  const handle = SlackHandle.safeParse(address.handle);
  if (handle.success) return handle.data;
  throw new MessengerRefusedError('this is no address in Slack that this version knows', { code: 'unknown_address' });
};

/** Conversations of one person with the bot, or of two people. */
export const isDirect = (channel: string): boolean => channel.startsWith('D');
