import type { Clock } from '../../domain/clock.js';
import type { RunId, TargetId } from '../../domain/ids.js';
import type { Consent, Consents } from '../../intake/ports.js';
import type { Limits } from '../store.js';
import { expiring } from './expiring.js';

export const memoryConsents = (clock: Clock, { consentMs }: Limits): Consents => {
  const kept = expiring<Consent>(clock);
  const key = (target: TargetId, run: RunId) => `${target} ${run}`;
  return {
    put: async (run, consent) => kept.set(key(consent.target, run), structuredClone(consent), consentMs),
    take: async (target, run) => {
      const consent = kept.get(key(target, run)) ?? null;
      kept.delete(key(target, run));
      return consent;
    },
  };
};
