import type { Clock } from '../domain/clock.js';

export type Readiness = {
  /** Null while work should be sent here, otherwise what is missing. */
  unready: () => Promise<string | null>;
  is: (phase: Phase) => void;
};
type Phase = 'starting' | 'ready' | 'stopping';

/** Whoever can reach the bot may ask as often as they like; Redis is asked once a second at most. */
const FRESH_MS = 1_000;

/** Whether a process can do its work: it has begun and does not end, Redis answers, and what it needs besides is there. */
export const makeReadiness = (deps: {
  clock: Clock;
  ping: () => Promise<unknown>;
  ailing: () => string | null;
}): Readiness => {
  const { clock, ping, ailing } = deps;
  let phase: Phase = 'starting';
  let asked = { at: Number.NEGATIVE_INFINITY, answers: Promise.resolve(false) };
  return {
    is: now => {
      phase = now;
    },
    unready: async () => {
      if (phase !== 'ready') return phase;
      const now = clock.now();
      if (now - asked.at > FRESH_MS || now < asked.at)
        asked = {
          at: now,
          answers: ping().then(
            () => true,
            () => false,
          ),
        };
      return (await asked.answers) ? ailing() : 'Redis does not answer';
    },
  };
};
