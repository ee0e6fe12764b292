import { z } from 'zod';
import type { ReplyAddress } from '../../domain/request.js';
import { MessengerRefusedError } from '../../intake/ports.js';

export const CONSOLE = 'console';

/** Where a console answer goes: under which question, and, once it is posted, which message it is. */
const ConsoleHandle = z.strictObject({ question: z.string().max(64), message: z.string().max(64).nullable() });
export type ConsoleHandle = z.infer<typeof ConsoleHandle>;

export const toAddress = (handle: ConsoleHandle): ReplyAddress => ({ platform: CONSOLE, handle });

/** Throws `MessengerRefusedError` for an address of another platform: sending it again would not help. */
export const fromAddress = ({ platform, handle }: ReplyAddress): ConsoleHandle => {
  const parsed = ConsoleHandle.safeParse(handle);
  if (platform !== CONSOLE || !parsed.success) {
    throw new MessengerRefusedError('expected the address of a console message', { platform });
  }
  return parsed.data;
};
