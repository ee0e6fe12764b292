import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { z } from 'zod';
import { type Clock, IsoTime, isoNow } from '../../domain/clock.js';
import { StoreDownError } from '../../domain/errors.js';
import type { LoginMemory, LoginState } from '../../intake/ports.js';
import { LIMITS, type Limits } from '../store.js';
import { type Change, changeShared } from './shared-state.js';

export type FileLogins = { folder: string; clock: Clock; limits?: Partial<Pick<Limits, 'runningMs' | 'refusedMs'>> };

const Attempt = z.object({ fingerprint: z.string(), at: IsoTime });
/** `at` is when the server said no, `noted` when we wrote it down by our own clock. */
const Refusal = Attempt.extend({ noted: IsoTime });
const Logins = z.object({ schema: z.literal(1), running: Attempt.nullable(), refused: z.array(Refusal) });
type Logins = z.infer<typeof Logins>;

const NONE: Logins = { schema: 1, running: null, refused: [] };

/**
 * Remembers logins in a folder of this user, so that the next run of cron does not send a refused password again.
 * What cannot be read or written is a `StoreDownError`: without a memory there is no login.
 */
export const fileLoginMemory = ({ folder, clock, limits = {} }: FileLogins): LoginMemory => {
  const { runningMs, refusedMs } = { ...LIMITS, ...limits };
  return {
    begin: (account, fingerprint, anyway) =>
      change<LoginState>(account, logins => {
        if (logins.running && isWithin(logins.running.at, runningMs)) return { next: null, give: { is: 'running' } };
        const refusal = logins.refused.find(each => each.fingerprint === fingerprint);
        if (refusal && !anyway) return { next: null, give: { is: 'refused', at: refusal.at } };
        return { next: { ...logins, running: { fingerprint, at: isoNow(clock) } }, give: { is: 'free' } };
      }),
    settle: (account, fingerprint, outcome, at) =>
      change(account, logins => {
        const others = logins.refused.filter(each => each.fingerprint !== fingerprint);
        const refused = {
          refused: [...others, { fingerprint, at, noted: isoNow(clock) }],
          accepted: others,
          'not-sent': logins.refused,
        }[outcome];
        const running = logins.running?.fingerprint === fingerprint ? null : logins.running;
        return { next: { schema: 1, running, refused }, give: undefined };
      }),
  };

  async function change<Given>(account: string, how: (logins: Logins) => Change<Logins, Given>): Promise<Given> {
    // A folder each: of thousands of accounts a change reads its own files alone.
    const own = `login-${createHash('sha256').update(account).digest('hex').slice(0, 32)}`;
    try {
      return await changeShared(join(folder, own, 'state'), parse, logins => how(logins ?? NONE));
    } catch (cause) {
      throw new StoreDownError(`what is remembered of logins in ${folder} cannot be used`, { folder }, { cause });
    }
  }

  function parse(text: string): Logins {
    const logins = Logins.parse(JSON.parse(text));
    return { ...logins, refused: logins.refused.filter(({ noted }) => isWithin(noted, refusedMs)) };
  }

  /** Either way: after the clock was set back, nothing may keep an account locked for years. */
  function isWithin(at: IsoTime, ms: number): boolean {
    return Math.abs(clock.now() - Date.parse(at)) < ms;
  }
};
