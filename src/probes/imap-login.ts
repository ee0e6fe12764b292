import type { ConfiguredMailTarget } from '../domain/configured-target.js';
import { stopwatch, within } from '../wire/countdown.js';
import { selectInbox } from '../wire/imap.js';
import { type ImapLoginFacts, logIn, mechanismFor } from '../wire/imap-login.js';
import { share } from './connection.js';
import { type ImapVisit, visitImap } from './imap-visit.js';
import { type Body, defineProbe, type LoginGrant, type Look } from './probe.js';
import { reasonToWithhold } from './withholding.js';

/**
 * Looks at the IMAP service and logs in once, as UCCX does, and opens the inbox.
 * Exactly one login: after a refusal the account is left alone until its password changes.
 */
export const imapLogin = defineProbe({
  id: 'imap-login',
  for: 'uccx-mail',
  leg: 'imap',
  from: ['uccx-side', 'agent-side'],
  impact: 'login',
  includes: ['imap-service'],
  budgetMs: 12_000,
  yields: [
    'tcp-connect',
    'imap-greeting',
    'imap-capability',
    'tls-session',
    'imap-login',
    'imap-select',
    'imap-logout',
  ],
  run: look =>
    visitImap(look, async visit => {
      if (!visit.capabilities || !(await logInOnce(look, visit, visit.capabilities))) return;
      look.signal.throwIfAborted(); // The answer to a login is waited for even then; nothing more is begun.
      const tookMs = stopwatch();
      const inbox = await selectInbox(visit.imap, share(look, SELECT_MS));
      look.observe('imap-select', { ...inbox, tookMs: tookMs() });
    }),
});

const LOGIN_MS = 6000;
const SELECT_MS = 4000;
/** A login that gets no time for its answer leaves the account blocked until somebody knows how it ended. */
const LEAST_MS = 1500;

const logInOnce = async (
  look: Look<ConfiguredMailTarget>,
  { imap, encryption }: ImapVisit,
  capabilities: readonly string[],
): Promise<boolean> => {
  const encrypted = encryption !== null;
  const blank = { mechanism: null, status: null, text: null, withheldFor: null, encrypted, tookMs: 0 };
  const withheld = (why: Body<'imap-login'>['withheldFor'], says: string) => {
    look.observe('imap-login', { ...blank, outcome: 'withheld', withheldFor: why, text: says });
    return false;
  };
  const reason = reasonToWithhold(look.target.imap, encryption);
  if (reason) return withheld(reason.why, reason.says);
  const mechanism = mechanismFor(capabilities, encrypted);
  if (!mechanism) {
    look.observe('imap-login', { ...blank, outcome: 'no-mechanism' });
    return false;
  }
  if (look.leftMs() < LEAST_MS) {
    look.transcribe('note', 'too little time is left for a login');
    return false;
  }
  const grant = await passwordFrom(look);
  if (grant.is === 'withheld') return withheld(grant.why, grant.says);

  const tookMs = stopwatch();
  const login = { ...grant, mechanism, initialResponse: capabilities.includes('SASL-IR') };
  let settlement: Settlement = 'not-sent';
  try {
    const { passwordSent, ...answer } = await logIn(imap, login, share(look, LOGIN_MS));
    settlement = settlementOf(answer.outcome, passwordSent);
    look.observe('imap-login', { ...blank, ...answer, mechanism, tookMs: tookMs() });
    return answer.outcome === 'accepted';
  } finally {
    if (settlement !== 'open') await grant.settle(settlement);
  }
};

/** Asked for at the last moment. A look that is cut off meanwhile gives back what it gets too late. */
const passwordFrom = async (look: Look<ConfiguredMailTarget>): Promise<LoginGrant> => {
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

type Settlement = 'accepted' | 'refused' | 'not-sent' | 'open';
/** A refusal before the password left says nothing about it. An end without an answer stays open: the account is left alone for a while. */
const settlementOf = (outcome: ImapLoginFacts['outcome'], passwordSent: boolean): Settlement => {
  if (!passwordSent) return 'not-sent';
  return outcome === 'accepted' || outcome === 'refused' ? outcome : 'open';
};
