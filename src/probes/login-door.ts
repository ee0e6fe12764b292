import { createHmac, randomBytes, scrypt } from 'node:crypto';
import { promisify } from 'node:util';
import { type Clock, isoNow } from '../domain/clock.js';
import type { ConfiguredTarget } from '../domain/configured-target.js';
import { UccxDoctorError } from '../domain/errors.js';
import type { ProbeOrder } from '../domain/plan.js';
import { accountFor, accountOf, type MailAccount, type SecretRef, usesToken } from '../domain/target.js';
import type { LoginMemory, LoginState, Secrets } from '../intake/ports.js';
import { canBeSent } from '../wire/imap-login.js';
import { fetchToken } from '../wire/oauth-token.js';
import type { LoginDoor, LoginGrant } from './probe.js';
import { turns } from './turns.js';

type Fingerprint = (account: string, password: string) => Promise<string>;
type DoorDeps = {
  secrets: Secrets;
  memory: LoginMemory;
  clock: Clock;
  /** Takes the place of the slow hash. */
  fingerprint?: Fingerprint;
};
type Granted = Extract<LoginGrant, { is: 'granted' }>;
type Withheld = Extract<LoginGrant, { is: 'withheld' }>;

/**
 * The one door to a password. It asks what is remembered of this account before it opens, and when it cannot ask it stays
 * shut: a second wrong password is half way to a locked account, and that account is every agent's email.
 */
export const loginDoor = ({ secrets, memory, clock, fingerprint = slowFingerprint }: DoorDeps): LoginDoor => {
  const fingerprintOf = knownFingerprints(fingerprint);
  const inTurn = turns(PREPARED_AT_ONCE);
  const prepare: NonNullable<LoginDoor['prepare']> = async (order, target, signal) => {
    const mailbox = target.kind === 'uccx-mail' ? accountFor(target, order.ladder) : null;
    const secret = mailbox && secretOf(mailbox);
    if (!mailbox || !secret) return;
    await inTurn(signal, async () => {
      const password = await read(secrets, secret.ref);
      if (password === null) return; // the door will say so
      await fingerprintOf(accountOf({ mailbox }), [...secret.beside, password].join('\0')).catch(() => {});
    });
  };
  const open = async (order: ProbeOrder, target: ConfiguredTarget): Promise<LoginGrant> => {
    if (target.kind !== 'uccx-mail')
      throw new UccxDoctorError('this kind of target has no login', { target: target.id });
    // A ladder may climb on a mailbox of its own, which has its own password and its own memory of refusals.
    const mailbox = accountFor(target, order.ladder);
    const secret = mailbox && secretOf(mailbox);
    if (!secret) return withheld('secret-missing', `${target.id} has no ${mailbox ? 'password' : 'test mailbox'} here`);
    const account = accountOf({ mailbox });

    const password = await read(secrets, secret.ref);
    if (password === null) return withheld('secret-missing', `the ${secret.name} ${secret.ref} cannot be read here`);
    if (!canBeSent(password)) {
      return withheld('secret-missing', `the ${secret.name} ${secret.ref} is empty or holds a line break`);
    }
    const fingerprint = await fingerprintOf(account, [...secret.beside, password].join('\0'));
    const state = await stateOf(memory, account, fingerprint, order.loginAnyway);
    if (!state) return withheld('guard-unreachable', 'what is remembered of earlier logins cannot be read');
    if (state.is === 'running')
      return withheld('attempt-unfinished', 'another login of this account has no outcome yet');
    if (state.is === 'refused') {
      return withheld('refused-before', `this very ${secret.name} was refused at ${state.at} and is not tried again`);
    }
    if (state.is === 'unheard') {
      return withheld(
        'refused-before',
        `a login with this very ${secret.name} began at ${state.at} and nobody heard how it ended: it may have been refused, and is not tried again for a day`,
      );
    }
    const settle: Granted['settle'] = async outcome => {
      try {
        await memory.settle(account, fingerprint, outcome, isoNow(clock));
      } catch {
        // The attempt stays noted as under way, which keeps the account untouched: the safe side.
      }
    };
    const { user } = mailbox;
    if (!usesToken(mailbox)) return { is: 'granted', user, password, settle };
    const got = await fetchToken(mailbox.oauth, password);
    if (got.is === 'token') return { is: 'granted', user, password: got.token, settle };
    await settle(got.is === 'refused' ? 'refused' : 'not-sent');
    return withheld('no-token', got.says);
  };
  return Object.assign(open, { prepare });
};

/** Of the four threads that Node has for this, two stay free: files and names are read by the same ones. */
const PREPARED_AT_ONCE = 2;

/** What logs in, and what a refusal is remembered with: another application or tenant is another try. */
const secretOf = ({ password, oauth }: MailAccount): { name: string; ref: SecretRef; beside: string[] } | null => {
  if (oauth) return { name: 'client secret', ref: oauth.clientSecret, beside: [oauth.tenant, oauth.clientId] };
  return password ? { name: 'password', ref: password, beside: [] } : null;
};

const withheld = (why: Withheld['why'], says: string): Withheld => ({ is: 'withheld', why, says });

const read = async (secrets: Secrets, ref: SecretRef): Promise<string | null> => {
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
const slowFingerprint: Fingerprint = async (account, password) =>
  (await slowHash(password, account, FINGERPRINT_BYTES)).toString('hex');
const slowHash = promisify<string, string, number, Buffer>(scrypt);
const FINGERPRINT_BYTES = 2;

/**
 * The same password is looked up hundreds of times a day, and the hash is slow on purpose: it is computed once for each account and password
 * of this process. What is remembered by is keyed with what no other process knows, so this memory tells a thief no more than Redis does.
 */
const knownFingerprints = (fingerprint: Fingerprint): Fingerprint => {
  const key = randomBytes(32);
  const known = new Map<string, { of: string; is: Promise<string> }>();
  return (account, password) => {
    const of = createHmac('sha256', key).update(`${account}\0${password}`).digest('base64');
    const found = known.get(account);
    if (found?.of === of) return found.is;
    if (known.size >= MOST_KNOWN) known.clear();
    const is = fingerprint(account, password);
    known.set(account, { of, is });
    is.catch(() => known.delete(account));
    return is;
  };
};
const MOST_KNOWN = 50_000;
