import type { EvidenceOf } from '../domain/evidence/index.js';
import type { MailTarget } from '../domain/target.js';
import { inOrder, outlives, readLast } from './seen.js';
import { isOurMailbox } from './whose.js';

type Select = EvidenceOf<'imap-select'>;
type Mailbox = EvidenceOf<'cas-mailbox'>;

/** ImapEnabled False of this mailbox as it was read last, unless the mailbox has opened since. */
export const imapOffOf = (
  mailboxes: readonly Mailbox[],
  selects: readonly Select[],
  target: MailTarget,
): readonly Mailbox[] => {
  const now = readLast(
    inOrder(mailboxes).filter(({ names, imapEnabled }) => imapEnabled !== null && isOurMailbox(names, target)),
  );
  const off = now.filter(({ imapEnabled }) => imapEnabled === false);
  const opened = outlives(
    selects.filter(({ outcome }) => outcome === 'selected'),
    now,
  );
  return off.length < now.length || opened ? [] : off;
};

export const isImapOff = (...given: Parameters<typeof imapOffOf>): boolean => imapOffOf(...given).length > 0;
