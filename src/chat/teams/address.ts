import { z } from 'zod';
import type { ReplyAddress } from '../../domain/request.js';
import { MessengerRefusedError } from '../../intake/ports.js';
import type { Place } from './engine.js';

export const Scope = z.enum(['personal', 'groupChat', 'channel']);
export type Scope = z.infer<typeof Scope>;

/**
 * Where an answer goes in Teams. `message` is ours, once posted. In a channel the conversation's id names the thread too
 * (`19:…@thread.tacv2;messageid=…`). `account` is the asker as this bot knows them (`29:…`), `user` their Entra object id; both are
 * null in a conversation that nobody asked in, as for a digest.
 */
export const TeamsHandle = z.strictObject({
  serviceUrl: z.url(),
  tenant: z.string().min(1),
  conversation: z.string().min(1),
  scope: Scope,
  user: z.string().min(1).nullable(),
  account: z.string().min(1).nullable(),
  message: z.string().min(1).nullable(),
});
export type TeamsHandle = z.infer<typeof TeamsHandle>;

export const addressOf = (handle: TeamsHandle): ReplyAddress => ({ platform: 'teams', handle });

export const handleOf = (address: ReplyAddress): TeamsHandle => {
  const handle = TeamsHandle.safeParse(address.handle);
  if (handle.success) return handle.data;
  throw new MessengerRefusedError('this is no address in Teams that this version knows', { code: 'unknown_address' });
};

export const placeOf = ({ serviceUrl, tenant, conversation, message }: TeamsHandle): Place => ({
  serviceUrl,
  tenant,
  conversation,
  activity: message,
});

/** In a channel the thread of the message; a chat has no threads, so there it is the chat. */
export const underMessage = (handle: TeamsHandle): TeamsHandle => ({
  ...handle,
  conversation:
    handle.scope === 'channel' && handle.message !== null && !handle.conversation.includes(';')
      ? `${handle.conversation};messageid=${handle.message}`
      : handle.conversation,
  message: null,
});

/** The channel or chat without the thread. */
export const withoutThread = (conversation: string): string => conversation.split(';')[0] as string;
