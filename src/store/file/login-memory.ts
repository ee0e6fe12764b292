import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { z } from 'zod';
import { type Clock, IsoTime, isoNow } from '../../domain/clock.js';
import { StoreDownError } from '../../domain/errors.js';
import type { LoginMemory, LoginOutcome, LoginState } from '../../intake/ports.js';
import { LIMITS, type Limits } from '../store.js';
import { type Change, changeShared } from './shared-state.js';

export type FileLogins = {
  folder: string;
  clock: Clock;
  limits?: Partial<Pick<Limits, 'runningMs' | 'refusedMs' | 'unheardLoginMs'>>;
};

const Attempt = z.object({ fingerprint: z.string(), at: IsoTime });
type Attempt = z.infer<typeof Attempt>;
/** `pausing`: it ended with «not now», and the account is left alone until its time is over. */
const Running = Attempt.extend({ pausing: z.boolean().default(false) });
/** `at` is when the server said no, or when began what nobody `heard` the end of; `noted` when we wrote it down by our own clock. */
const Refusal = Attempt.extend({ noted: IsoTime, heard: z.boolean().default(true) });
type Refusal = z.infer<typeof Refusal>;
const Logins = z.object({ schema: z.literal(1), running: Running.nullable(), refused: z.array(Refusal) });
type Logins = z.infer<typeof Logins>;

const NONE: Logins = { schema: 1, running: null, refused: [] };

/**
 * Remembers logins in a folder of this user, so that the next run of cron does not send a refused password again.
 * What cannot be read or written is a `StoreDownError`: without a memory there is no login.
 */
export const fileLoginMemory = ({ folder, clock, limits = {} }: FileLogins): LoginMemory => {
  const { runningMs, refusedMs, unheardLoginMs } = { ...LIMITS, ...limits };
  return {
    begin: (account, fingerprint, anyway) =>
      change<LoginState>(account, logins => {
        if (logins.running) return { next: null, give: { is: 'running' } };
        const refusal = logins.refused.find(each => each.fingerprint === fingerprint);
        if (refusal && !anyway)
          return { next: null, give: { is: refusal.heard ? 'refused' : 'unheard', at: refusal.at } };
        return {
          next: { ...logins, running: { fingerprint, at: isoNow(clock), pausing: false } },
          give: { is: 'free' },
        };
      }),
    settle: (account, fingerprint, outcome, at) =>
      change(account, logins => {
        const others = logins.refused.filter(each => each.fingerprint !== fingerprint);
        const isRefused = logins.refused.some(each => each.fingerprint === fingerprint && each.heard);
        const noted = (heard: boolean): Refusal[] => [...others, { fingerprint, at, noted: isoNow(clock), heard }];
        const refused: Record<LoginOutcome, () => Refusal[]> = {
          refused: () => noted(true),
          unheard: () => (isRefused ? logins.refused : noted(false)),
          accepted: () => others,
          'not-now': () => logins.refused,
          'not-sent': () => logins.refused,
        };
        const own = logins.running?.fingerprint === fingerprint ? logins.running : null;
        const running = own ? (outcome === 'not-now' ? { ...own, pausing: true } : null) : logins.running;
        return { next: { schema: 1, running, refused: refused[outcome]() }, give: undefined };
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
    const { running, refused, schema } = Logins.parse(JSON.parse(text));
    const kept = refused.filter(({ noted, heard }) => isWithin(noted, heard ? refusedMs : unheardLoginMs));
    if (!running || isWithin(running.at, runningMs)) return { schema, running, refused: kept };
    return { schema, running: null, refused: running.pausing ? kept : withUnheard(kept, running) };
  }

  /** Whoever began it died meanwhile, and may have sent the secret before. What a server has said of it weighs more. */
  function withUnheard(refused: Refusal[], { fingerprint, at }: Attempt): Refusal[] {
    if (refused.some(each => each.fingerprint === fingerprint) || !isWithin(at, unheardLoginMs)) return refused;
    return [...refused, { fingerprint, at, noted: at, heard: false }];
  }

  /** Either way: after the clock was set back, nothing may keep an account locked for years. */
  function isWithin(at: IsoTime, ms: number): boolean {
    return Math.abs(clock.now() - Date.parse(at)) < ms;
  }
};
