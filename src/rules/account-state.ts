import type { IsoTime } from '../domain/clock.js';
import type { EvidenceOf } from '../domain/evidence/index.js';
import type { MailTarget } from '../domain/target.js';
import type { Finding } from '../domain/verdict.js';
import { checkCredentials } from '../remedies/check-credentials.js';
import { askForCredentials } from './asks.js';
import { hasPassed } from './event-time.js';
import { defineRule, healthy, notApplicable, problem, type Seen, unknown } from './rule.js';
import { inOrder, listed, outlives, placesOf, quoteOf, readLast } from './seen.js';
import { isOurMailbox } from './whose.js';

type User = EvidenceOf<'ad-user'>;
type Fault = 'locked out' | 'disabled' | 'expired' | 'past its date';

export const accountState = defineRule({
  id: 'account-state',
  for: 'uccx-mail',
  leg: null,
  asks: 'Does the directory let the mailbox account log in?',
  explains:
    'Get-ADUser tells what no answer of a mail server can: LockedOut, Enabled, PasswordExpired and AccountExpirationDate. A yes to one of them is the proof that a refused ' +
    'login is about the account. It says nothing about whether the password here is the right one, and a login that was accepted later outlives it.',
  source: 'https://learn.microsoft.com/powershell/module/activedirectory/get-aduser',
  needs: [],
  uses: ['ad-user', 'imap-login', 'smtp-login'],
  behind: [],

  judge(seen, target, now) {
    if (seen['ad-user'].length === 0)
      return notApplicable('nobody has read the account in the directory; Get-ADUser shows it');
    const users = accountsOf(seen, target);
    if (users.length === 0)
      return unknown(`what was read of the directory is of another account than ${target.mailbox.user}`, {
        missing: ['ad-user'],
        asks: askForCredentials(target),
      });
    const fault = accountFault(seen, target, now);
    if (fault) return problem(finding(fault, seen, target));
    const since = isOutlived(users, seen) ? ', and a login has been accepted since' : '';
    const soon = users.filter(({ expires }) => expires && hasPassed(expires, inDays(now, SOON_DAYS)) === 'yes');
    if (soon.length > 0) return problem(expiresSoon(soon, target));
    if (!since && users.some(({ expires }) => expires && hasPassed(expires, now) === 'unclear'))
      return unknown(
        `${target.mailbox.user} expires on ${listed(users.flatMap(({ expires }) => expires ?? []))}, and in which zone or order of day and month that is written nobody can tell: it may have passed`,
        { missing: ['ad-user'], asks: askForCredentials(target) },
      );
    if (since || users.every(isKnown))
      return healthy(
        `the directory lets ${target.mailbox.user} log in${since}, read ${placesOf(users)}; whether the password here is the right one it does not tell`,
      );
    return unknown(
      `what was read of ${target.mailbox.user} does not say all of Enabled, LockedOut and PasswordExpired`,
      {
        missing: ['ad-user'],
        asks: askForCredentials(target),
      },
    );
  },
});

const SOON_DAYS = 14;
const inDays = (now: IsoTime, days: number): IsoTime => new Date(Date.parse(now) + days * 86_400_000).toISOString();

const expiresSoon = (users: readonly User[], target: MailTarget): Omit<Finding, 'rule'> => ({
  severity: 'warning',
  certainty: 'proven',
  says: `The account ${target.mailbox.user} expires on ${listed([...new Set(users.flatMap(({ expires }) => expires ?? []))])}; from then on no login of it is accepted.`,
  because: users.map(user => quoteOf(user, `AccountExpirationDate ${user.expires}`)),
  asks: [{ says: 'Is it meant to? Whoever runs the directory sets a later date, or none.', steps: [] }],
  remedies: [],
});

type OfAccount = Seen<'ad-user' | 'imap-login' | 'smtp-login'>;
export type AccountFault = { faults: Fault[]; users: readonly User[] };

/** What keeps the account from logging in, by its directory; null where nothing does, or where it has logged in since. */
export const accountFault = (seen: OfAccount, target: MailTarget, now: IsoTime): AccountFault | null => {
  const users = accountsOf(seen, target);
  if (users.length === 0 || isOutlived(users, seen)) return null;
  const faults: Fault[] = [
    ...(users.some(({ lockedOut }) => lockedOut === true) ? (['locked out'] as const) : []),
    ...(users.some(({ enabled }) => enabled === false) ? (['disabled'] as const) : []),
    ...(users.some(({ passwordExpired }) => passwordExpired === true) ? (['expired'] as const) : []),
    ...(users.some(({ expires }) => expires && hasPassed(expires, now) === 'yes') ? (['past its date'] as const) : []),
  ];
  return faults.length > 0 ? { faults, users } : null;
};

/** An account that has been unlocked since is locked no more. */
const accountsOf = ({ 'ad-user': seen }: Pick<OfAccount, 'ad-user'>, target: MailTarget): readonly User[] => {
  return readLast(inOrder(seen).filter(({ names }) => isOurMailbox(names, target)));
};

const isOutlived = (users: readonly User[], seen: OfAccount): boolean =>
  outlives(
    [...seen['imap-login'], ...seen['smtp-login']].filter(({ outcome }) => outcome === 'accepted'),
    users,
  );

const isKnown = ({ enabled, lockedOut, passwordExpired }: User): boolean =>
  enabled !== null && lockedOut !== null && passwordExpired !== null;

const WORDS: Record<Fault, string> = {
  'locked out': 'is locked out',
  disabled: 'is disabled',
  expired: 'has a password that has expired',
  'past its date': 'has expired (AccountExpirationDate has passed)',
};

const finding = ({ faults, users }: AccountFault, seen: OfAccount, target: MailTarget): Omit<Finding, 'rule'> => ({
  severity: 'critical',
  certainty: 'proven',
  says: `The account ${target.mailbox.user} ${listed(faults.map(fault => WORDS[fault]))}, so no login of it is accepted anywhere.`,
  because: [
    ...users.map(user =>
      quoteOf(
        user,
        `LockedOut ${shown(user.lockedOut)}, Enabled ${shown(user.enabled)}, PasswordExpired ${shown(user.passwordExpired)}${user.expires ? `, AccountExpirationDate ${user.expires}` : ''}`,
      ),
    ),
    ...inOrder(seen['imap-login'])
      .filter(({ outcome }) => outcome === 'refused')
      .map(login => quoteOf(login, login.text, 'the IMAP login was refused')),
  ],
  asks: [],
  remedies: target.exchange.version === 'online' ? [] : [checkCredentials(target)],
});

const shown = (flag: boolean | null): string => (flag === null ? 'not said' : flag ? 'True' : 'False');
