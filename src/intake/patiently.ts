import { setTimeout as wait } from 'node:timers/promises';
import { MessengerBusyError } from './ports.js';

const WAITS_MS = [1_000, 4_000, 15_000];
const LONGEST_MS = 60_000;

/** For an answer that no queue carries: tries again where the platform is busy, as long as it asks for. An edit that came twice is one. */
export const patiently = async <T>(work: () => Promise<T>): Promise<T> => {
  for (const usualMs of WAITS_MS) {
    try {
      return await work();
    } catch (error) {
      if (!(error instanceof MessengerBusyError)) throw error;
      await wait(Math.min(error.retryAfterMs ?? usualMs, LONGEST_MS));
    }
  }
  return work();
};
