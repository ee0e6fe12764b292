import type { ConfiguredMailTarget } from '../domain/configured-target.js';
import type { WithheldFor } from '../domain/evidence/imap-login.js';
import { isPlainNotNow } from '../domain/login-words.js';
import { accountFor, type Endpoint, type MailAccount } from '../domain/target.js';
import type { LoginOutcome } from '../intake/ports.js';
import { within } from '../wire/countdown.js';
import type { Credentials } from '../wire/sasl.js';
import { share } from './connection.js';
import type { Encryption } from './encryption.js';
import type { Choice, Way } from './login-mechanism.js';
import type { LoginGrant, Look } from './probe.js';
import { isTheOne, reasonToWithhold } from './withholding.js';

type MailLook = Look<ConfiguredMailTarget>;
type Answer = {
  outcome: 'accepted' | 'refused' | 'closed' | 'silent' | 'no-mechanism';
  passwordSent: boolean;
  /** SMTP's. */
  code?: number | null;
  text: string | null;
};

export type LoginWishes<Chosen> = {
  endpoint: Endpoint;
  encryption: Encryption | null;
  /** Chooses by what is offered. */
  choose: (way: Way, account: MailAccount) => Choice<Chosen>;
  withheld: (why: WithheldFor, says: string) => void;
  noMechanism: (says: string | null) => void;
  /** Sends the login, notes its answer as evidence and gives it back. */
  send: (login: Credentials & { mechanism: Chosen }, ms: number) => Promise<Answer>;
};

const LOGIN_MS = 6000;
/** A login that gets no time for its answer counts against the password. */
const LEAST_MS = 1500;

/**
 * One login, whatever the protocol: everything that speaks against it is asked before the password is, the answer is written down
 * behind it, and there is no second try. True where it was accepted.
 */
export const logInOnce = async <Chosen>(look: MailLook, wishes: LoginWishes<Chosen>): Promise<boolean> => {
  const { endpoint, encryption } = wishes;
  const withheld = (why: WithheldFor, says: string) => {
    wishes.withheld(why, says);
    return false;
  };
  const account = accountFor(look.target, look.ladder);
  if (!account) return withheld('secret-missing', `${look.target.id} has no test mailbox here`);
  const reason = reasonToWithhold(endpoint, encryption);
  if (reason) return withheld(reason.why, reason.says);
  const way = { encrypted: encryption !== null, trusted: encryption !== null && isTheOne(endpoint, encryption) };
  const choice = wishes.choose(way, account);
  if (choice.is === 'withhold') return withheld(choice.why, choice.says);
  if (choice.is === 'none') {
    wishes.noMechanism(choice.says);
    return false;
  }
  if (look.leftMs() < LEAST_MS) {
    look.transcribe('note', 'too little time is left for a login');
    return false;
  }
  const grant = await passwordFrom(look);
  if (grant.is === 'withheld') return withheld(grant.why, grant.says);

  const { user, password } = grant;
  const channelBinding = encryption?.channelBinding ?? null;
  // Cut off, the wire throws only where the password has not left; a fault of ours may come at any time.
  let settlement: LoginOutcome = 'unheard';
  try {
    const login = { user, password, channelBinding, mechanism: choice.mechanism };
    const answer = await wishes.send(login, share(look, LOGIN_MS));
    settlement = settlementOf(answer);
    return answer.outcome === 'accepted';
  } catch (error) {
    if (look.signal.aborted) settlement = 'not-sent';
    throw error;
  } finally {
    await grant.settle(settlement);
  }
};

/** Asked for at the last moment. A look that is cut off meanwhile gives back what it gets too late. */
const passwordFrom = async (look: MailLook): Promise<LoginGrant> => {
  const asking = look.login();
  try {
    const grant = await within(asking, look.leftMs(), look.signal);
    if (grant) return grant;
  } catch (error) {
    if (!look.signal.aborted) throw error;
  }
  const giveBack = async (late: LoginGrant) => (late.is === 'granted' ? late.settle('not-sent') : undefined);
  asking.then(giveBack).catch(() => {}); // Nobody is left to tell; unsettled, the account is left alone for a while.
  look.signal.throwIfAborted();
  return {
    is: 'withheld',
    why: 'guard-unreachable',
    says: 'what is remembered of earlier logins did not come in time',
  };
};

/**
 * The rule by which a password is sent again or not. Before it has left, nothing says anything about it. Once it has, everything but a
 * success and a plain «not now» counts against it, until it changes or an operator insists. What ended without a word about it (silence,
 * a hang-up) counts for a day: many a server hangs up on a wrong password, and the next check would be the next failed login.
 */
const settlementOf = ({ outcome, passwordSent, code = null, text }: Answer): LoginOutcome => {
  if (!passwordSent) return 'not-sent';
  if (outcome === 'accepted') return 'accepted';
  const [isLater, isPlain] = [isCodeForLater(code, text), isPlainNotNow(text)];
  if (isLater && isPlain && outcome !== 'silent') return 'not-now';
  return outcome === 'refused' || !isPlain ? 'refused' : 'unheard';
};

/** SMTP's 4xx, save the one that wants something of the account (RFC 4954, 6); IMAP's [UNAVAILABLE] (RFC 5530, 3). */
const isCodeForLater = (code: number | null, text: string | null): boolean =>
  code === null ? /^\[UNAVAILABLE\]/i.test(text ?? '') : code >= 400 && code < 500 && code !== 432;
