import type { Digest } from '../src/domain/digest.js';
import type { ReplyAddress } from '../src/domain/request.js';
import { type Messenger, MessengerRefusedError } from '../src/intake/ports.js';

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
