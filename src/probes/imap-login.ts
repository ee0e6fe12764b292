import type { ConfiguredMailTarget } from '../domain/configured-target.js';
import { stopwatch } from '../wire/countdown.js';
import { selectInbox } from '../wire/imap.js';
import { logIn as logInImap } from '../wire/imap-login.js';
import { share } from './connection.js';
import { type ImapVisit, visitImap } from './imap-visit.js';
import { imapMechanism } from './login-mechanism.js';
import { logInOnce } from './one-login.js';
import { defineProbe, type Look } from './probe.js';

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
      await enterInbox(look, visit);
    }),
});

/** Logs in once and opens the inbox, and notes both; false where it is not open. */
export const enterInbox = async (
  look: Look<ConfiguredMailTarget>,
  visit: ImapVisit,
): Promise<false | 'read-write' | 'read-only'> => {
  if (!visit.capabilities || !(await logIn(look, visit, visit.capabilities))) return false;
  look.signal.throwIfAborted(); // The answer to a login is waited for even then; nothing more is begun.
  const tookMs = stopwatch();
  const inbox = await selectInbox(visit.imap, share(look, SELECT_MS));
  look.observe('imap-select', { ...inbox, tookMs: tookMs() });
  if (inbox.outcome !== 'selected') return false;
  return /^\[READ-ONLY\]/i.test(inbox.text ?? '') ? 'read-only' : 'read-write';
};

const SELECT_MS = 4000;

const logIn = (
  look: Look<ConfiguredMailTarget>,
  { imap, encryption }: ImapVisit,
  capabilities: readonly string[],
): Promise<boolean> => {
  const blank = {
    mechanism: null,
    status: null,
    text: null,
    withheldFor: null,
    encrypted: encryption !== null,
    tookMs: 0,
  };
  return logInOnce(look, {
    endpoint: look.target.imap,
    encryption,
    choose: (way, account) => imapMechanism(capabilities, way, account),
    withheld: (why, says) =>
      look.observe('imap-login', { ...blank, outcome: 'withheld', withheldFor: why, text: says }),
    noMechanism: says => look.observe('imap-login', { ...blank, outcome: 'no-mechanism', text: says }),
    send: async (login, ms) => {
      const tookMs = stopwatch();
      const initialResponse = capabilities.includes('SASL-IR');
      const { passwordSent, ...answer } = await logInImap(imap, { ...login, initialResponse }, ms);
      look.observe('imap-login', { ...blank, ...answer, mechanism: login.mechanism, tookMs: tookMs() });
      return { ...answer, passwordSent };
    },
  });
};
