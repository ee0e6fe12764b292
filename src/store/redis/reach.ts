import type { Redis } from 'ioredis';
import { StoreDownError, StoreSilentError, UccxDoctorError } from '../../domain/errors.js';
import { reasonOf } from '../connect.js';

/** Redis is there and does not take it now, or not from us. */
const NOT_NOW =
  /^(?:LOADING|READONLY|MISCONF|OOM|MASTERDOWN|CLUSTERDOWN|NOREPLICAS|TRYAGAIN|BUSY|UNKILLABLE|NOAUTH|WRONGPASS|NOPERM)\b/;

/** One exchange with Redis. Whatever keeps it from us is a `StoreDownError`; a reply that shows a fault of ours is not dressed up as one. */
export const reach = <T>(what: string, talk: () => Promise<T>): Promise<T> => exchange(what, talk, StoreDownError);

/** What somebody asked to be changed: where it was sent and no answer came it is a `StoreSilentError`, for Redis may have done it. */
export const reachToChange = <T>(what: string, talk: () => Promise<T>): Promise<T> =>
  exchange(what, talk, StoreSilentError);

const exchange = async <T>(what: string, talk: () => Promise<T>, silence: typeof StoreDownError): Promise<T> => {
  try {
    return await talk();
  } catch (error) {
    const reason = reasonOf(error);
    // No `cause`: ioredis puts the command with its arguments into it.
    if (isReply(error) && !NOT_NOW.test(reason)) throw new UccxDoctorError(`Redis refuses ${what}: ${reason}`);
    const kind = mayBeDone(error) ? silence : StoreDownError;
    throw new kind(`Redis does not answer (${what}): ${reason}`);
  }
};

const isReply = (error: unknown): boolean => (error as Error).name === 'ReplyError';

/** ioredis says so of a command for which there is no connection, and which it therefore does not send. */
const UNSENT = /enableOfflineQueue options is false/;

/** Whether Redis may have carried out what failed so: it was sent, or may have been, and Redis did not say no. */
const mayBeDone = (error: unknown): boolean => !isReply(error) && !UNSENT.test(reasonOf(error));

/** What every part of the store needs. */
export type Shelf = {
  redis: Redis;
  /** Opens every key, `{uccx}:store:`; the braces keep all keys in one slot. */
  prefix: string;
  /** Told of values that could not be read and were left out. */
  say: (line: string) => void;
  /** Under which reports are kept; who has none reads every one. */
  seal?: Seal;
};

/** A line that only we can write under a text, for the place where it is kept. */
export type Seal = {
  under: (text: string, place: string) => string;
  fits: (line: string, text: string, place: string) => Promise<boolean>;
};
