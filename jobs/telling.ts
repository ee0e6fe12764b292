import { UnrecoverableError } from 'bullmq';
import type { Digest } from '../src/domain/digest.js';
import type { ReplyAddress } from '../src/domain/request.js';
import { type Messenger, MessengerBusyError, MessengerRefusedError } from '../src/intake/ports.js';

/** Where something that comes by itself goes. Throws `MessengerRefusedError` where the bot cannot speak there (yet). */
export const addressOfPlace = async (
  to: Digest['to'],
  messenger: (platform: string) => Messenger,
): Promise<ReplyAddress> => {
  if (to.is === 'address') return to.address;
  const address = await messenger(to.platform).named?.(to.name);
  if (address) return address;
  throw new MessengerRefusedError('the bot is in no conversation of that name', { ...to });
};

/** What a job throws: where a platform refuses for good, trying again would change nothing. */
export const asJobError = (error: unknown): unknown =>
  error instanceof MessengerRefusedError
    ? new UnrecoverableError(`${error.message} ${JSON.stringify(error.facts)}`)
    : error;

/** As long as the platform asks us to wait, else 1 s, 2 s, 4 s … up to `mostMs`, with some chance so that many do not come at once. */
export const platformBackoff = (attemptsMade: number, error: Error | undefined, mostMs: number): number => {
  if (error instanceof MessengerBusyError && error.retryAfterMs !== null)
    return Math.min(error.retryAfterMs, 600_000) + Math.random() * 500;
  return Math.min(1_000 * 2 ** Math.min(attemptsMade - 1, 9), mostMs) * (0.75 + Math.random() / 2);
};
