import { setTimeout as wait } from 'node:timers/promises';
import type { Redis } from 'ioredis';
import type { RunId } from '../src/domain/ids.js';
import { openQueue, REPLY } from './queues.js';

const CLOSE_MS = 1_000;

/** Whether a run lies in the queue, or has gone through it a while ago. `connection` must fail at once where Redis is away. */
export const makeLaid = (connection: Redis, onError: (error: Error) => void) => {
  const queue = openQueue(REPLY, connection, onError);
  return {
    is: async (run: RunId): Promise<boolean> => (await queue.getJob(run)) !== undefined,
    // Without Redis a goodbye would never be heard.
    close: (): Promise<void> => Promise.race([queue.close(), wait(CLOSE_MS, undefined, { ref: false })]),
  };
};
