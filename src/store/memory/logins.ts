import { type Clock, type IsoTime, isoNow } from '../../domain/clock.js';
import type { LoginMemory } from '../../intake/ports.js';
import type { Limits } from '../store.js';
import { expiring } from './expiring.js';

/** `begun` stands from the beginning of an attempt on, so that one which nobody ends is not forgotten with it. */
type Mark = { is: 'refused' | 'unheard' | 'begun'; at: IsoTime };

export const memoryLogins = (clock: Clock, { runningMs, refusedMs, unheardLoginMs }: Limits): LoginMemory => {
  const running = expiring<string>(clock);
  const marks = expiring<Mark>(clock);
  const secretOf = (account: string, fingerprint: string) => JSON.stringify([account, fingerprint]);
  return {
    begin: async (account, fingerprint, anyway) => {
      if (running.get(account) !== undefined) return { is: 'running' };
      const secret = secretOf(account, fingerprint);
      const mark = marks.get(secret);
      if (mark && !anyway) return { is: mark.is === 'refused' ? 'refused' : 'unheard', at: mark.at };
      running.set(account, fingerprint, runningMs);
      const before: Mark | null = mark?.is === 'begun' ? { ...mark, is: 'unheard' } : null;
      const noted: Mark = before ?? mark ?? { is: 'begun', at: isoNow(clock) };
      marks.set(secret, noted, noted.is === 'refused' ? refusedMs : unheardLoginMs);
      return { is: 'free' };
    },
    settle: async (account, fingerprint, outcome, at) => {
      const secret = secretOf(account, fingerprint);
      const before = marks.get(secret)?.is;
      if (outcome !== 'not-now' && running.get(account) === fingerprint) running.delete(account);
      if (outcome === 'refused') marks.set(secret, { is: outcome, at }, refusedMs);
      else if (outcome === 'unheard') {
        if (before !== 'refused') marks.set(secret, { is: outcome, at }, unheardLoginMs);
      } else if (outcome === 'accepted' || before === 'begun') marks.delete(secret);
    },
  };
};
