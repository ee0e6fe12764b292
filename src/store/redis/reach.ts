import type { Redis } from 'ioredis';
import { StoreDownError, UccxDoctorError } from '../../domain/errors.js';
import { reasonOf } from '../connect.js';

/** Redis is there and does not take it now, or not from us. */
const NOT_NOW =
  /^(?:LOADING|READONLY|MISCONF|OOM|MASTERDOWN|CLUSTERDOWN|NOREPLICAS|TRYAGAIN|BUSY|UNKILLABLE|NOAUTH|WRONGPASS|NOPERM)\b/;

/** One exchange with Redis. Whatever keeps it from us is a `StoreDownError`; a reply that shows a fault of ours is not dressed up as one. */
export const reach = async <T>(what: string, talk: () => Promise<T>): Promise<T> => {
  try {
    return await talk();
  } catch (error) {
    const reason = reasonOf(error);
    const ours = (error as Error).name === 'ReplyError' && !NOT_NOW.test(reason);
    // No `cause`: ioredis puts the command with its arguments into it.
    throw ours
      ? new UccxDoctorError(`Redis refuses ${what}: ${reason}`)
      : new StoreDownError(`Redis does not answer (${what}): ${reason}`);
  }
};

/** What every part of the store needs. */
export type Shelf = {
  redis: Redis;
  /** Opens every key, `{uccx}:store:`; the braces keep all keys in one slot. */
  prefix: string;
  /** Told of values that could not be read and were left out. */
  say: (line: string) => void;
};
