import type { Remedy, Step } from '../domain/remedy.js';
import type { MailTarget } from '../domain/target.js';
import { piped } from '../ems/cmdlet.js';
import { is2010 } from '../ems/parameter.js';
import { formatList, getAdUser, importModule } from '../ems/windows-cmdlets.js';
import { card } from './card.js';
import { byHand, refuseOnline, shell } from './steps.js';

const PROPERTIES = [
  'Enabled',
  'LockedOut',
  'PasswordExpired',
  'AccountExpirationDate',
  'PasswordLastSet',
  'LastBadPasswordAttempt',
  'BadLogonCount',
  'UserPrincipalName',
];

/** Looks in the directory whether the account may log in. Nothing is tried: each wrong password brings a lock-out nearer. */
export const checkCredentials = (target: MailTarget): Remedy => {
  refuseOnline(target, 'check-credentials');
  const read = [...loadModule(target), readAccount(target)];
  return card({
    id: 'check-credentials',
    title: `Check the account ${target.mailbox.user}`,
    scope: 'mailbox',
    formula: null,
    read,
    apply: [
      byHand(
        'If LockedOut is True, first find the client that still has an old password; unlocking before that only locks it again. ' +
          'An account whose AccountExpirationDate has passed needs a later one, by whoever runs the directory. If PasswordExpired is True or PasswordLastSet is later than the password in UCCX, enter the new password in UCCX and here.',
      ),
    ],
    verify: read,
    undo: [byHand('Nothing was changed.')],
    risk: 'Do not try passwords: a handful of failures locks the account, and with it all agent email.',
    source: 'https://learn.microsoft.com/powershell/module/activedirectory/get-aduser',
  });
};

const loadModule = ({ exchange: { version } }: MailTarget): Step[] =>
  is2010(version) ? [shell(importModule({ Name: 'ActiveDirectory' }))] : [];

/** `DOMAIN\user` is found by its short name; a UPN only by a filter. Needs the ActiveDirectory module. */
const readAccount = ({ mailbox: { user } }: MailTarget): Step => {
  const shortName = user.slice(user.lastIndexOf('\\') + 1);
  const found =
    user.includes('@') && !user.includes('\\')
      ? { LDAPFilter: `(userPrincipalName=${ldapEscaped(user)})` }
      : { Identity: shortName };
  return shell(
    piped(getAdUser({ ...found, Properties: PROPERTIES }), formatList({ Property: ['SamAccountName', ...PROPERTIES] })),
  );
};

/** RFC 4515: these stand for something in a filter. */
const ldapEscaped = (text: string): string =>
  text.replace(/[\\*()]/g, char => `\\${char.charCodeAt(0).toString(16).padStart(2, '0')}`);
