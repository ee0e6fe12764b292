import type { Clock, IsoTime } from '../../domain/clock.js';
import type { LoginMemory } from '../../intake/ports.js';
import type { Limits } from '../store.js';
import { expiring } from './expiring.js';

export const memoryLogins = (clock: Clock, { runningMs, refusedMs }: Limits): LoginMemory => {
  const running = expiring<string>(clock);
  const refused = expiring<IsoTime>(clock);
  const secretOf = (account: string, fingerprint: string) => JSON.stringify([account, fingerprint]);
  return {
    begin: async (account, fingerprint, anyway) => {
      if (running.get(account) !== undefined) return { is: 'running' };
      const at = refused.get(secretOf(account, fingerprint));
      if (at !== undefined && !anyway) return { is: 'refused', at };
      running.set(account, fingerprint, runningMs);
      return { is: 'free' };
    },
    settle: async (account, fingerprint, outcome, at) => {
      if (running.get(account) === fingerprint) running.delete(account);
      if (outcome === 'refused') refused.set(secretOf(account, fingerprint), at, refusedMs);
      if (outcome === 'accepted') refused.delete(secretOf(account, fingerprint));
    },
  };
};
