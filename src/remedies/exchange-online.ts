import { NotInThisVersionError } from '../domain/errors.js';
import type { Remedy } from '../domain/remedy.js';
import type { MailTarget } from '../domain/target.js';
import { memberOf, piped } from '../ems/cmdlet.js';
import { getCasMailbox, setCasMailbox } from '../ems/exchange-cmdlets.js';
import { getTransportConfig } from '../ems/web-cmdlets.js';
import { formatList, importClixml } from '../ems/windows-cmdlets.js';
import { card } from './card.js';
import { byHand, fileFor, keep, mailboxOf, shell } from './steps.js';

/* What there is instead in Exchange Online, where nobody but Microsoft can raise a limit. */

const onlyOnline = ({ id, exchange }: MailTarget, remedy: string): void => {
  if (exchange.version !== 'online')
    throw new NotInThisVersionError(`${remedy} is for Exchange Online only`, { target: id });
};

/** Passwords are no longer taken for IMAP there. */
export const useOauth = (target: MailTarget): Remedy => {
  onlyOnline(target, 'use-oauth');
  return card({
    id: 'use-oauth',
    title: `Let UCCX sign in to ${mailboxOf(target)} with OAuth`,
    scope: 'client',
    formula: null,
    read: [
      byHand(
        'In the sign-in log of the tenant, look for this account and the client «IMAP4» or «SMTP» at that minute.',
      ),
    ],
    apply: [
      byHand(
        'In a release of UCCX, SocialMiner or CCP that can do OAuth, register an application in the tenant, grant it IMAP and SMTP for ' +
          'this mailbox, and enter its client ID and secret where the email account is configured.',
      ),
    ],
    verify: [byHand('Send a mail to the mailbox and see it arrive at an agent.')],
    undo: [byHand('Remove the application from the tenant. There is no way back to a password.')],
    risk:
      'Passwords (Basic) ended for IMAP, POP and EWS at the end of 2022: that is Microsoft’s own word and certain. For SMTP AUTH they are to be off by ' +
      'default for existing tenants at the end of December 2026, and can be turned on again until a date that Microsoft will name in the ' +
      'second half of 2027; that is from secondary sources only. Which release of UCCX was the first with OAuth is not known to us: ask Cisco.',
    source:
      'https://learn.microsoft.com/exchange/clients-and-mobile-in-exchange-online/deprecation-of-basic-authentication-exchange-online',
  });
};

/** Lets the one mailbox hand in mail with SMTP AUTH where the tenant has it off. */
export const enableSmtpAuthForMailbox = (target: MailTarget): Remedy => {
  onlyOnline(target, 'enable-smtp-auth-for-mailbox');
  const { version } = target.exchange;
  const mailbox = mailboxOf(target);
  const file = fileFor('casmailbox-smtp', mailbox);
  const read = getCasMailbox(version, { Identity: mailbox });
  const show = shell(piped(read, formatList({ Property: ['Name', 'SmtpClientAuthenticationDisabled'] })));
  return card({
    id: 'enable-smtp-auth-for-mailbox',
    title: `Let ${mailbox} hand in mail with SMTP AUTH`,
    scope: 'mailbox',
    formula: null,
    settings: [{ on: mailbox, name: 'SmtpClientAuthenticationDisabled', now: null, to: '$false' }],
    read: [
      keep(read, file),
      show,
      shell(piped(getTransportConfig(version, {}), formatList({ Property: ['SmtpClientAuthenticationDisabled'] }))),
    ],
    apply: [shell(setCasMailbox(version, { Identity: mailbox, SmtpClientAuthenticationDisabled: false }))],
    verify: [show],
    undo: [
      shell(
        setCasMailbox(version, {
          Identity: mailbox,
          SmtpClientAuthenticationDisabled: memberOf(
            importClixml({ Path: file, ErrorAction: 'Stop' }),
            'SmtpClientAuthenticationDisabled',
          ),
        }),
      ),
    ],
    risk:
      'Only this mailbox; blank means that it follows the organisation. Security defaults and conditional access can still refuse it. ' +
      'With a password it is to end: off by default at the end of December 2026, final date not yet named (secondary sources); OAuth stays.',
    source:
      'https://learn.microsoft.com/exchange/clients-and-mobile-in-exchange-online/authenticated-client-smtp-submission',
  });
};

/** Limits there are fixed: what remains is to ask for less. */
export const waitAndPollSlower = (target: MailTarget): Remedy => {
  onlyOnline(target, 'wait-and-poll-slower');
  return card({
    id: 'wait-and-poll-slower',
    title: 'Wait as long as Exchange Online says, and ask less often',
    scope: 'client',
    formula: '3 messages at once and 30 a minute for each mailbox over SMTP AUTH, 10000 recipients a day',
    read: [byHand('Note the «Suggested Backoff Time» of the answer; nothing can be read of the limits themselves.')],
    apply: [
      byHand(
        'Leave the account alone for that time, look for other clients on it (Outlook, phones, archives), and spread mail over more mailboxes, ' +
          'one for each email CSQ.',
      ),
    ],
    verify: [byHand('Check this target again after that time.')],
    undo: [byHand('Nothing was changed.')],
    risk: 'Trying again at once prolongs the wait.',
    source: 'https://learn.microsoft.com/exchange/troubleshoot/send-emails/smtp-submission-improvements',
  });
};
