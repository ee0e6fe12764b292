import { scrypt } from 'node:crypto';
import { promisify } from 'node:util';
import { type Clock, isoNow } from '../domain/clock.js';
import type { ConfiguredTarget } from '../domain/configured-target.js';
import { UccxDoctorError } from '../domain/errors.js';
import type { ProbeOrder } from '../domain/plan.js';
import { accountOf, type SecretRef } from '../domain/target.js';
import type { LoginMemory, LoginState, Secrets } from '../intake/ports.js';
import { canBeSent } from '../wire/imap-login.js';
import type { LoginGrant, ProbeDeps } from './probe.js';

type DoorDeps = { secrets: Secrets; memory: LoginMemory; clock: Clock };
type Withheld = Extract<LoginGrant, { is: 'withheld' }>;

/**
 * The one door to a password. It asks what is remembered of this account before it opens, and when it cannot ask it stays
 * shut: a second wrong password is half way to a locked account, and that account is every agent's email.
 */
export const loginDoor =
  ({ secrets, memory, clock }: DoorDeps): ProbeDeps['login'] =>
  async (order: ProbeOrder, target: ConfiguredTarget): Promise<LoginGrant> => {
    if (target.kind !== 'uccx-mail')
      throw new UccxDoctorError('this kind of target has no login', { target: target.id });
    const { user, password: ref } = target.mailbox;
    const account = accountOf(target);

    const password = await secretOf(secrets, ref);
    if (password === null) return withheld('secret-missing', `the password ${ref} cannot be read here`);
    if (!canBeSent(password)) return withheld('secret-missing', `the password ${ref} is empty or holds a line break`);

    const fingerprint = await fingerprintOf(account, password);
    const state = await stateOf(memory, account, fingerprint, order.loginAnyway);
    if (!state) return withheld('guard-unreachable', 'what is remembered of earlier logins cannot be read');
    if (state.is === 'running')
      return withheld('attempt-unfinished', 'another login of this account has no outcome yet');
    if (state.is === 'refused') {
      return withheld('refused-before', `this very password was refused at ${state.at} and is not tried again`);
    }
    return {
      is: 'granted',
      user,
      password,
      settle: async outcome => {
        try {
          await memory.settle(account, fingerprint, outcome, isoNow(clock));
        } catch {
          // The attempt stays noted as under way, which keeps the account untouched: the safe side.
        }
      },
    };
  };

const withheld = (why: Withheld['why'], says: string): Withheld => ({ is: 'withheld', why, says });

const secretOf = async (secrets: Secrets, ref: SecretRef): Promise<string | null> => {
  try {
    return await secrets(ref);
  } catch {
    return null; // The reference is all that may be told, and whoever reads the answer has it.
  }
};

const stateOf = async (
  memory: LoginMemory,
  account: string,
  fingerprint: string,
  anyway: boolean,
): Promise<LoginState | null> => {
  try {
    return await memory.begin(account, fingerprint, anyway);
  } catch {
    return null; // Withheld for that reason; the store's own health is watched elsewhere.
  }
};

/**
 * Tells a changed password from the refused one. Slow to compute, salted with the account, and cut to 16 bits on purpose:
 * it lies in Redis, and whoever steals it can rule guesses out but confirm none, since one guess in 65,536 fits by chance.
 * The price is that a new password is taken for the old one as rarely; «login anyway» gets past that.
 */
const fingerprintOf = async (account: string, password: string): Promise<string> =>
  (await slowHash(password, account, FINGERPRINT_BYTES)).toString('hex');
const slowHash = promisify<string, string, number, Buffer>(scrypt);
const FINGERPRINT_BYTES = 2;
