import type { EvidenceOf } from '../domain/evidence/index.js';
import type { MailTarget } from '../domain/target.js';
import type { Ask, Finding } from '../domain/verdict.js';
import { piped } from '../ems/cmdlet.js';
import { getMailbox } from '../ems/exchange-cmdlets.js';
import { formatList } from '../ems/windows-cmdlets.js';
import { mailboxOf, shell } from '../remedies/steps.js';
import { askForDatabase } from './asks.js';
import { defineRule, healthy, notApplicable, problem, type Seen, unknown } from './rule.js';
import { inOrder, lastOfEach, listed, outlives, quoteOf } from './seen.js';
import { isOurMailbox } from './whose.js';

type Database = EvidenceOf<'database-state'>;

export const mailboxDatabase = defineRule({
  id: 'mailbox-database',
  for: 'uccx-mail',
  leg: null,
  asks: 'Is the database of the mailbox mounted?',
  explains:
    'Get-MailboxDatabase with -Status shows Mounted. False for the database that Get-Mailbox names for this mailbox proves why it does not open; ' +
    'of another database it says nothing. Without the name it is likely only where no database at all is mounted.',
  source: 'https://learn.microsoft.com/powershell/module/exchangepowershell/get-mailboxdatabase',
  needs: [],
  uses: ['database-state', 'exchange-mailbox', 'imap-select'],
  behind: [],

  judge(seen, target) {
    if (target.exchange.version === 'online')
      return notApplicable('the databases of Exchange Online are Microsoft’s, and nobody else can read them');
    const read = newestOf(seen['database-state']);
    if (read.length === 0) return notApplicable('nobody has read a database; Get-MailboxDatabase -Status shows them');
    const own = ownDatabase(seen, target);
    const counted = own === null ? read : read.filter(({ database }) => same(database, own));
    if (counted.length === 0)
      return unknown(
        `the mailbox is in ${own}, and what was read is of ${listed(read.map(({ database }) => database))}`,
        {
          missing: ['database-state'],
          asks: askForDatabase(target),
        },
      );
    const fault = databaseFault(seen, target);
    if (fault) return problem(finding(fault, seen, target));
    if (counted.every(({ mounted }) => mounted === true))
      return healthy(
        `${listed(counted.map(({ database }) => database))} ${counted.length === 1 ? 'is' : 'are'} mounted`,
      );
    const since = hasOpened(seen, counted);
    if (since) return healthy('the mailbox has opened since, so its database is mounted');
    return unknown(
      counted.some(({ mounted }) => mounted === false)
        ? `${listed(counted.filter(({ mounted }) => mounted === false).map(({ database }) => database))} is not mounted, and whether the mailbox is in there was not read`
        : 'what was read does not say whether it is mounted: without -Status nobody asks the store',
      {
        missing: ['database-state'],
        asks: [...(own === null ? [whichDatabase(target)] : []), ...askForDatabase(target)],
      },
    );
  },
});

type OfDatabase = Seen<'database-state' | 'exchange-mailbox' | 'imap-select'>;
export type DatabaseFault = { all: readonly Database[]; isOurs: boolean };

/** The database of the mailbox, or every one that was read, is not mounted, and the mailbox has not opened since. */
export const databaseFault = (seen: OfDatabase, target: MailTarget): DatabaseFault | null => {
  const read = newestOf(seen['database-state']);
  const own = ownDatabase(seen, target);
  const counted = own === null ? read : read.filter(({ database }) => same(database, own));
  const isDown = counted.length > 0 && counted.every(({ mounted }) => mounted === false);
  return isDown && !hasOpened(seen, counted) ? { all: counted, isOurs: own !== null } : null;
};

const newestOf = (seen: readonly Database[]): Database[] => lastOfEach(seen, ({ database }) => database.toLowerCase());

const ownDatabase = ({ 'exchange-mailbox': mailboxes }: OfDatabase, target: MailTarget): string | null =>
  inOrder(mailboxes)
    .filter(({ names, database }) => database !== null && isOurMailbox(names, target))
    .at(-1)?.database ?? null;

const same = (one: string, other: string): boolean => one.toLowerCase() === other.toLowerCase();

const hasOpened = ({ 'imap-select': selects }: OfDatabase, read: readonly Database[]): boolean =>
  outlives(
    selects.filter(({ outcome }) => outcome === 'selected'),
    read,
  );

const finding = ({ all, isOurs }: DatabaseFault, seen: OfDatabase, target: MailTarget): Omit<Finding, 'rule'> => ({
  severity: 'critical',
  certainty: isOurs ? 'proven' : 'likely',
  says: isOurs
    ? `The database ${listed(all.map(({ database }) => database))}, which holds the mailbox, is not mounted: a login may be accepted and the mailbox does not open.`
    : `None of the databases that were read is mounted (${listed(all.map(({ database }) => database))}), so the mailbox cannot open if it is in one of them.`,
  because: [
    ...all.map(each => quoteOf(each, `${each.database}: Mounted False${each.server ? ` on ${each.server}` : ''}`)),
    ...inOrder(seen['imap-select'])
      .filter(({ outcome }) => outcome === 'refused')
      .map(select => quoteOf(select, select.text, 'SELECT: refused')),
  ],
  asks: [
    ...(isOurs ? [] : [whichDatabase(target)]),
    {
      says: 'Why is it not mounted? The events of MSExchangeIS and ESE of that server say so; mounting by force may lose mail.',
      steps: [],
    },
  ],
  remedies: [],
});

const whichDatabase = (target: MailTarget): Ask => ({
  says: `Which database has ${mailboxOf(target)}?`,
  steps: [
    shell(
      piped(
        getMailbox(target.exchange.version, { Identity: mailboxOf(target) }),
        formatList({ Property: ['Name', 'Database', 'ServerName', 'LegacyExchangeDN'] }),
      ),
    ),
  ],
});
