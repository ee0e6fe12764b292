import { setTimeout as wait } from 'node:timers/promises';
import { MessengerBusyError } from './ports.js';

/** How long a busy platform is waited for, where it names no time, and at most where it does: whoever asks for longer is not waited for. */
type Patience = { usualMs: readonly number[]; mostMs: number };

/** For an answer that no queue carries. */
const LONG: Patience = { usualMs: [1_000, 4_000, 15_000], mostMs: 60_000 };
/** For what others wait for meanwhile. */
export const BRIEF: Patience = { usualMs: [250, 1_000], mostMs: 2_000 };

/** Of an edit: tries again whatever became of it, for an edit that came twice is one. */
export const patiently = <T>(edit: () => Promise<T>, patience = LONG): Promise<T> => again(edit, patience, () => true);

/** Of a new message: tries again only where it is sure that the platform did not take it. */
export const patientlyOnce = <T>(post: () => Promise<T>, patience = LONG): Promise<T> =>
  again(post, patience, ({ untaken }) => untaken);

const again = async <T>(
  work: () => Promise<T>,
  { usualMs, mostMs }: Patience,
  mayBeRepeated: (error: MessengerBusyError) => boolean,
): Promise<T> => {
  for (const usual of usualMs) {
    try {
      return await work();
    } catch (error) {
      if (!(error instanceof MessengerBusyError) || !mayBeRepeated(error)) throw error;
      const waitMs = error.retryAfterMs ?? usual;
      if (waitMs > mostMs) throw error;
      await wait(waitMs);
    }
  }
  return work();
};
