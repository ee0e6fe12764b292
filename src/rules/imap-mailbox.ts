import type { EvidenceOf } from '../domain/evidence/index.js';
import type { MailTarget } from '../domain/target.js';
import type { Ask, Finding } from '../domain/verdict.js';
import { assignThrottlingPolicy } from '../remedies/assign-throttling-policy.js';
import { enableImapForMailbox } from '../remedies/enable-imap-for-mailbox.js';
import { mailboxOf } from '../remedies/steps.js';
import {
  askForDatabase,
  askForImapOfMailbox,
  askForStoppedServices,
  askForStoreLimit,
  askForUserLimit,
} from './asks.js';
import { imapOffOf } from './imap-off.js';
import { causeOfSelect } from './proven-cause.js';
import { codeIn, matches, says } from './replies.js';
import { defineRule, healthy, problem, toldBy, unknown } from './rule.js';
import { alike, inOrder, placesOf, quoteOf } from './seen.js';

type Select = EvidenceOf<'imap-select'>;
type Mailbox = EvidenceOf<'cas-mailbox'>;
type Login = EvidenceOf<'imap-login'>;
type Body = Omit<Finding, 'rule'>;

export const imapMailbox = defineRule({
  id: 'imap-mailbox',
  for: 'uccx-mail',
  leg: 'imap',
  asks: 'Does the mailbox open after the login?',
  explains:
    'From Exchange 2013 on an accepted login does not mean that the mailbox is there. Whatever the words, a mailbox that does not open after an ' +
    'accepted login is a fault; the words only order the causes. ' +
    'ImapEnabled False in Get-CASMailbox is a cause by itself.',
  source:
    'https://learn.microsoft.com/exchange/troubleshoot/client-connectivity/cannot-connect-to-mailbox-via-owa (KB 980049)',
  needs: [],
  uses: [
    'imap-select',
    'cas-mailbox',
    'imap-login',
    'exchange-event',
    'exchange-mailbox',
    'database-state',
    'service-state',
    'component-state',
    'imap-greeting',
    'smtp-banner',
  ],
  behind: ['imap-port', 'imap-greeting', 'tls-version', 'imap-login-offer', 'imap-login'],

  judge(all, target, now) {
    const { 'imap-select': seen, 'cas-mailbox': mailboxes, 'imap-login': logins } = all;
    const turnedOff = imapOffOf(mailboxes, seen, target);
    if (turnedOff.length > 0) return problem(imapOff(turnedOff, logins, seen, target));
    if (seen.length === 0) return unknown('not seen: imap-select', { missing: ['imap-select'] });
    const selects = inOrder(seen);
    const opened = selects.filter(({ outcome }) => outcome === 'selected');
    const failed = selects.filter(({ outcome }) => outcome !== 'selected' && outcome !== 'silent');
    const causes = failed.map(select => causeOfSelect(select, all, target, now));
    const [cause] = causes;
    if (cause && causes.every(each => each?.rule === cause.rule))
      return toldBy(cause.rule, `the mailbox does not open after the login, and ${cause.words}`, ['imap-select']);
    if (failed.length > 0)
      return problem(
        ...alike(failed, ({ outcome, text }) => `${outcome} ${kindOf(text)}`).map(({ first, all }) =>
          kindOf(first.text) === 'throttled' ? throttled(all, target) : notOpened(first, all, opened, target),
        ),
      );
    const [first] = opened;
    if (!first) return unknown(`the mailbox was asked for from ${placesOf(selects)} and no answer came in time`);
    const messages = first.messages === null ? '' : `; ${first.messages} messages in the inbox`;
    return healthy(`the inbox opens from ${placesOf(opened)}${messages}`);
  },
});

const imapOff = (
  off: readonly Mailbox[],
  logins: readonly Login[],
  selects: readonly Select[],
  target: MailTarget,
): Body => {
  const failed = inOrder(selects).filter(({ outcome }) => outcome !== 'selected' && outcome !== 'silent');
  return {
    severity: 'critical',
    certainty: 'proven',
    says: `IMAP is turned off for the mailbox ${mailboxOf(target)}: Exchange may accept a login and will not open it.`,
    because: [
      ...off.map(mailbox => quoteOf(mailbox, 'ImapEnabled False')),
      ...inOrder(logins)
        .filter(({ outcome }) => outcome === 'refused')
        .map(login => quoteOf(login, login.text, 'the login was refused')),
      ...failed.map(select => quoteOf(select, select.text, `SELECT: ${select.outcome}`)),
    ],
    asks: [],
    remedies: [enableImapForMailbox(target)],
  };
};

const KINDS = {
  'not-connected': says.notConnected,
  'server-unavailable': says.serverUnavailable,
  throttled: says.throttled,
} as const;
type Kind = keyof typeof KINDS | (typeof CODES)[number] | 'other';

/** Response codes of RFC 5530 and RFC 9208, which mean the same on every server. */
const CODES = ['LIMIT', 'NOPERM', 'OVERQUOTA', 'NONEXISTENT'] as const;

const kindOf = (text: string | null): Kind =>
  (Object.keys(KINDS) as (keyof typeof KINDS)[]).find(kind => matches(KINDS[kind], text)) ??
  CODES.find(code => code === codeIn(text)) ??
  'other';

const notOpened = (first: Select, all: readonly Select[], opened: readonly Select[], target: MailTarget): Body => ({
  severity: 'critical',
  certainty: 'possible',
  says:
    `Exchange accepts the login from ${placesOf(all)} and then does not open the mailbox` +
    `${opened.length > 0 ? `, while it opens from ${placesOf(opened)}` : ''}: the password is right, something behind it is not.`,
  because: [...all, ...opened].map(select => quoteOf(select, select.text, `SELECT: ${select.outcome}`)),
  asks: causesOf(kindOf(first.text), target),
  remedies: [],
});

const causesOf = (kind: Kind, target: MailTarget): Ask[] => {
  const imapOff = askForImapOfMailbox(target);
  const stopped = askForStoppedServices(target);
  const store = askForStoreLimit(target);
  const database = askForDatabase(target);
  if (kind === 'not-connected') return [imapOff, ...stopped, ...store, ...askForUserLimit(target)];
  if (kind === 'server-unavailable') return [...store, ...database];
  if (kind === 'LIMIT') return [...store, ...askForUserLimit(target)];
  if (kind === 'NOPERM') return [imapOff, ...database];
  if (kind === 'OVERQUOTA') return [isFull, ...database];
  if (kind === 'NONEXISTENT') return [isThere, ...database];
  return [...store, ...database, ...stopped, imapOff];
};

const isFull: Ask = {
  says: 'Is the mailbox full? Its quota and its size say so (StorageLimitStatus of Get-MailboxStatistics).',
  steps: [],
};

const isThere: Ask = {
  says: 'Is it the right mailbox, and has it an inbox? One that was just made, moved or restored may have none yet.',
  steps: [],
};

/** From 2013 on IMAP is slowed and never cut off by default, so a cut-off tells of a changed policy. */
const throttled = (all: readonly Select[], target: MailTarget): Body => {
  const online = target.exchange.version === 'online';
  return {
    severity: 'critical',
    certainty: 'likely',
    says: `Exchange throttles the account, seen from ${placesOf(all)}: it has used up what its policy allows.`,
    because: all.map(select => quoteOf(select, select.text)),
    asks: online
      ? [
          {
            says: 'Nobody can raise this in Exchange Online: wait as long as the answer says, and poll less often.',
            steps: [],
          },
        ]
      : [],
    remedies: online ? [] : [assignThrottlingPolicy(target)],
  };
};
