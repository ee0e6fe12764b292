import { setTimeout as wait } from 'node:timers/promises';
import type { Queue } from 'bullmq';

export type Sweeper = {
  /** Makes the queue what is configured and stored; one sweep after another. */
  reconcile: () => Promise<void>;
  /** Does so now, and from then on by itself. */
  start: () => Promise<void>;
  close: () => Promise<void>;
};

/** How long it may take until something that was lost in between is made good. */
export const SWEEP_MS = 15_000;
const CLOSE_MS = 1_000;

/** Does `sweep` again and again for one queue, which it closes at the end. */
export const makeSweeper = (queue: Queue, sweep: () => Promise<void>, onError: (error: unknown) => void): Sweeper => {
  let timer: NodeJS.Timeout | undefined;
  let going: Promise<void> = Promise.resolve();
  const reconcile = (): Promise<void> => {
    going = going.catch(() => {}).then(sweep);
    return going;
  };
  return {
    reconcile,
    start: async () => {
      timer ??= setInterval(() => void reconcile().catch(onError), SWEEP_MS);
      timer.unref();
      await reconcile().catch(onError);
    },
    close: async () => {
      clearInterval(timer);
      // Without Redis a goodbye would never be heard.
      await Promise.race([going.catch(() => {}).then(() => queue.close()), wait(CLOSE_MS, undefined, { ref: false })]);
    },
  };
};
