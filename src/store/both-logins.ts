import { setTimeout as wait } from 'node:timers/promises';
import { type Clock, isoNow } from '../domain/clock.js';
import { StoreDownError } from '../domain/errors.js';
import type { LoginMemory } from '../intake/ports.js';

export type BothLogins = {
  /** The memory that all workers share. It must answer, or there is no login. */
  shared: LoginMemory;
  /** That of this machine and user, which the command line keeps too. Where it cannot be used (a read-only container) it is left out. */
  own: LoginMemory;
  clock: Clock;
  /** Told once that the own memory cannot be used. */
  say: (line: string) => void;
};

/**
 * Two memories as one: a password that was refused to the command line is not sent again by the worker beside it, and what a worker
 * was told is known here even when Redis went away in that very moment.
 */
export const bothLogins = ({ shared, own, clock, say }: BothLogins): LoginMemory => {
  let told = false;
  const withOwn = async <Given>(use: () => Promise<Given>, otherwise: Given): Promise<Given> => {
    try {
      return await use();
    } catch (error) {
      if (!told)
        say(`${(error as Error).message}; what the command line was refused on this machine is not known here`);
      told = true;
      return otherwise;
    }
  };
  return {
    begin: async (account, fingerprint, anyway) => {
      const known = await shared.begin(account, fingerprint, anyway);
      if (known.is !== 'free') return known;
      const here = await withOwn(() => own.begin(account, fingerprint, anyway), known);
      if (here.is !== 'free') await shared.settle(account, fingerprint, 'not-sent', isoNow(clock));
      return here;
    },
    settle: async (account, fingerprint, outcome, at) => {
      await withOwn(() => own.settle(account, fingerprint, outcome, at), undefined);
      const tell = () => shared.settle(account, fingerprint, outcome, at);
      try {
        await tell();
      } catch (error) {
        if (error instanceof StoreDownError) void tellLater(tell);
        throw error;
      }
    },
  };
};

const AGAIN_MS = 500;
const MOST_TIMES = 120;

/** A Redis that changes its master is back within seconds; the account would be left alone for much longer. */
const tellLater = async (tell: () => Promise<void>): Promise<void> => {
  for (let times = 0; times < MOST_TIMES; times++) {
    await wait(AGAIN_MS, undefined, { ref: false });
    if (
      await tell().then(
        () => true,
        () => false,
      )
    )
      return;
  }
};
