import { NotInThisVersionError } from '../domain/errors.js';
import type { Remedy } from '../domain/remedy.js';
import type { ExchangeVersion, MailTarget } from '../domain/target.js';
import { memberOf, piped } from '../ems/cmdlet.js';
import { getMailbox, getMailboxDatabase } from '../ems/exchange-cmdlets.js';
import { addAdPermission, getAdPermission, removeAdPermission } from '../ems/rights-cmdlets.js';
import { formatTable } from '../ems/windows-cmdlets.js';
import { card } from './card.js';
import { mailboxOf, shell } from './steps.js';

/** Versions that can stand beside Exchange 2007, whose store is the last one that the right helps with. */
export const BESIDE_2007: readonly ExchangeVersion[] = ['2010-rtm', '2010-sp1', '2010-sp2', '2010-sp3', '2013'];

/**
 * The right that Cisco's checklist grants over the whole organisation, here over one database. It lifted a limit on sessions up to
 * Exchange 2007 (KB 842022); for 2010 Microsoft says that it does not (KB 980049), so no rule proposes it.
 */
export const grantViewStoreStatus = (target: MailTarget): Remedy => {
  const { version } = target.exchange;
  if (!BESIDE_2007.includes(version))
    throw new NotInThisVersionError(`grant-view-store-status helps nobody with Exchange ${version}`, {
      target: target.id,
    });
  const mailbox = mailboxOf(target);
  const database = memberOf(getMailbox(version, { Identity: mailbox }), 'Database');
  const Identity = memberOf(getMailboxDatabase(version, { Identity: database }), 'DistinguishedName');
  const who = { Identity, User: target.mailbox.user };
  const right = 'View Information Store status';
  const show = shell(
    piped(
      getAdPermission(version, who),
      formatTable({ Property: ['User', 'ExtendedRights', 'IsInherited', 'Deny'], AutoSize: true }),
    ),
  );
  return card({
    id: 'grant-view-store-status',
    title: `Let ${target.mailbox.user} see the store's status in the database of ${mailbox}`,
    scope: 'server',
    formula: null,
    settings: [{ on: `the database of ${mailbox}`, name: 'ExtendedRights', now: null, to: right }],
    read: [show],
    apply: [shell(addAdPermission(version, { ...who, ExtendedRights: right }))],
    verify: [show],
    undo: [shell(removeAdPermission(version, { ...who, ExtendedRights: right, Confirm: false }))],
    risk:
      'Only while the mailbox lies on a server with Exchange 2007. It is a broad right of administrators, and Microsoft says (KB 980049) ' +
      'that it does not cure event 9646 of later stores. If the first list shows it already, not inherited, it can be taken away.',
    source:
      'https://learn.microsoft.com/exchange/troubleshoot/client-connectivity/cannot-connect-to-mailbox-via-owa (KB 980049, KB 842022)',
  });
};
