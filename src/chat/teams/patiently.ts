import { setTimeout as wait } from 'node:timers/promises';
import { MessengerBusyError } from '../../intake/ports.js';

const WAITS_MS = [250, 1_000];
/** Whoever asks us to wait longer than this asks too much of what has no queue behind it. */
const MOST_MS = 2_000;

/**
 * For what is said once and has no queue behind it: tries again where Teams asks for a moment (412, 429). Where nobody knows whether it
 * arrived, it is not sent a second time.
 */
export const patiently = async <T>(work: () => Promise<T>): Promise<T> => {
  for (const usualMs of WAITS_MS) {
    try {
      return await work();
    } catch (error) {
      const waitMs = waitOf(error, usualMs);
      if (waitMs === null) throw error;
      await wait(waitMs);
    }
  }
  return work();
};

const waitOf = (error: unknown, usualMs: number): number | null => {
  if (!(error instanceof MessengerBusyError) || ![412, 429].includes(Number(error.facts.status))) return null;
  const waitMs = error.retryAfterMs ?? usualMs;
  return waitMs <= MOST_MS ? waitMs : null;
};
