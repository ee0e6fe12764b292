import type { IsoTime } from '../domain/clock.js';
import type { EvidenceOf } from '../domain/evidence/index.js';
import type { MailTarget } from '../domain/target.js';
import { accountFault } from './account-state.js';
import { serviceFaults } from './exchange-services.js';
import { isImapOff } from './imap-off.js';
import { databaseFault } from './mailbox-database.js';
import { isRefusedByLimit, limitsMet } from './met-limits.js';
import { isOverBudget } from './over-budget.js';
import { type LoginReading, loginReading, matches, says } from './replies.js';
import type { Seen } from './rule.js';
import { ofLooks } from './seen.js';

type Login = EvidenceOf<'imap-login'>;
type Select = EvidenceOf<'imap-select'>;
type OfAccount = Seen<
  'imap-login' | 'smtp-login' | 'imap-select' | 'exchange-event' | 'exchange-mailbox' | 'cas-mailbox' | 'ad-user'
>;
/** `rule` tells the cause with its proof; `words` stand behind «the login is refused, and». */
export type ProvenCause = { rule: string; words: string };

/**
 * What is proven from elsewhere and explains a refused login, so that both are one finding. An answer whose own words name something else
 * stays a finding of its own.
 */
export const causeOfRefusal = (login: Login, seen: OfAccount, target: MailTarget, now: IsoTime): ProvenCause | null => {
  const reading = loginReading(login.text, login.encrypted);
  const said = (...readings: LoginReading[]) => ['unsaid', 'credentials', ...readings].includes(reading);
  const works = ofLooks(seen['imap-login']).some(({ outcome }) => outcome === 'accepted');
  const fault = works ? null : accountFault(seen, target, now);
  if (fault && (said(...fault.faults.map(each => READINGS[each])) || reading === 'locked'))
    return { rule: 'account-state', words: 'the directory says why' };
  const met = limitsMet(seen, target, now);
  if (met && isRefusedByLimit(met, login))
    return { rule: 'shared-account-sessions', words: 'an event names the limit that the account has met' };
  if (!works && isImapOff(seen['cas-mailbox'], seen['imap-select'], target) && said('disabled', 'not-allowed'))
    return { rule: 'imap-mailbox', words: 'IMAP is turned off for the mailbox' };
  if (reading === 'throttled' && isOverBudget(seen, target, now))
    return { rule: 'throttling-policy', words: 'an event names the budget that the account has used up' };
  return null;
};

const READINGS = {
  'locked out': 'locked',
  disabled: 'disabled',
  expired: 'expired',
  'past its date': 'expired',
} as const;

type OfMailbox = Seen<
  | 'imap-login'
  | 'imap-select'
  | 'exchange-event'
  | 'exchange-mailbox'
  | 'database-state'
  | 'service-state'
  | 'component-state'
  | 'imap-greeting'
  | 'smtp-banner'
>;

/** The same for a mailbox that does not open after an accepted login. */
export const causeOfSelect = (
  select: Select,
  seen: OfMailbox,
  target: MailTarget,
  now: IsoTime,
): ProvenCause | null => {
  if (matches(says.throttled, select.text))
    return isOverBudget(seen, target, now)
      ? { rule: 'throttling-policy', words: 'an event names the budget that the account has used up' }
      : null;
  if (databaseFault(seen, target)?.isOurs) return { rule: 'mailbox-database', words: 'its database is not mounted' };
  if (serviceFaults(seen, target).some(({ part, everywhere }) => part === 'imap-back-end' && everywhere))
    return { rule: 'exchange-services', words: 'the service behind it is stopped' };
  const met = limitsMet(seen, target, now);
  return met && isRefusedByLimit(met, select)
    ? { rule: 'shared-account-sessions', words: 'an event names the limit that the account has met' }
    : null;
};
