import type { ConfiguredMailTarget } from '../domain/configured-target.js';
import { stopwatch } from '../wire/countdown.js';
import { selectInbox } from '../wire/imap.js';
import { logIn as logInImap } from '../wire/imap-login.js';
import { share } from './connection.js';
import { FURTHER_CONNECTS } from './further-connects.js';
import { meetImapAgain } from './imap-meeting.js';
import { imapService } from './imap-service.js';
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
  from: imapService.from,
  impact: 'login',
  includes: ['imap-service'],
  budgetMs: 12_000,
  furtherConnects: FURTHER_CONNECTS,
  yields: [...imapService.yields, 'imap-login', 'imap-select'],
  run: async look => {
    const isWell = await visitImap(look, async visit => {
      await enterInbox(look, visit);
    });
    await meetImapAgain(look, isWell);
  },
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
  look.observe('imap-select', { tookMs: tookMs(), ...inbox });
  if (inbox.outcome !== 'selected') return false;
  return /^\[READ-ONLY\]/i.test(inbox.text ?? '') ? 'read-only' : 'read-write';
};

const SELECT_MS = 4000;

const logIn = (
  look: Look<ConfiguredMailTarget>,
  { imap, encryption }: ImapVisit,
  capabilities: readonly string[],
): Promise<boolean> => {
  const encrypted = encryption !== null;
  const noLogin = { mechanism: null, status: null, encrypted, passwordSent: false, tookMs: 0 };
  return logInOnce(look, {
    endpoint: look.target.imap,
    encryption,
    choose: (way, account) => imapMechanism(capabilities, way, account),
    withheld: (why, says) =>
      look.observe('imap-login', { outcome: 'withheld', withheldFor: why, text: says, ...noLogin }),
    noMechanism: says =>
      look.observe('imap-login', { outcome: 'no-mechanism', withheldFor: null, text: says, ...noLogin }),
    send: async (login, ms) => {
      const tookMs = stopwatch();
      const initialResponse = capabilities.includes('SASL-IR');
      const answer = await logInImap(imap, { initialResponse, ...login }, ms);
      look.observe('imap-login', {
        mechanism: login.mechanism,
        outcome: answer.outcome,
        status: answer.status,
        text: answer.text,
        withheldFor: null,
        encrypted,
        passwordSent: answer.passwordSent,
        tookMs: tookMs(),
      });
      return answer;
    },
  });
};
