import type { Remedy } from '../domain/remedy.js';
import type { MailTarget } from '../domain/target.js';
import { memberOf, piped } from '../ems/cmdlet.js';
import { getCasMailbox, setCasMailbox } from '../ems/exchange-cmdlets.js';
import { formatList, importClixml } from '../ems/windows-cmdlets.js';
import { card } from './card.js';
import { fileFor, keep, mailboxOf, shell } from './steps.js';

/** Lets the mailbox be read over IMAP. The same on premises and in Exchange Online. */
export const enableImapForMailbox = (target: MailTarget): Remedy => {
  const { version } = target.exchange;
  const mailbox = mailboxOf(target);
  const file = fileFor('casmailbox', mailbox);
  const read = getCasMailbox(version, { Identity: mailbox });
  const show = shell(piped(read, formatList({ Property: ['Name', 'ImapEnabled'] })));
  return card({
    id: 'enable-imap-for-mailbox',
    title: `Let ${mailbox} be read over IMAP`,
    scope: 'mailbox',
    formula: null,
    settings: [{ on: mailbox, name: 'ImapEnabled', now: null, to: '$true' }],
    read: [keep(read, file), show],
    apply: [shell(setCasMailbox(version, { Identity: mailbox, ImapEnabled: true }))],
    verify: [show],
    undo: [
      shell(
        setCasMailbox(version, {
          Identity: mailbox,
          ImapEnabled: memberOf(importClixml({ Path: file, ErrorAction: 'Stop' }), 'ImapEnabled'),
        }),
      ),
    ],
    risk: 'Only this mailbox. It may have been turned off on purpose: ask whoever looks after mailbox policy.',
    source: 'https://learn.microsoft.com/powershell/module/exchangepowershell/set-casmailbox',
  });
};
