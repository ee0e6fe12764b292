import type { Remedy } from '../domain/remedy.js';
import { EXCHANGE_VERSIONS, type ExchangeVersion, type InboxTarget, type MailTarget } from '../domain/target.js';
import { from, ON_PREMISES } from '../ems/parameter.js';
import { activateImapProxy } from './activate-imap-proxy.js';
import { alignEwsAuthentication } from './align-ews-authentication.js';
import { allowEws, keepEwsOnline } from './allow-ews.js';
import { allowPlainImapLogin } from './allow-plain-imap-login.js';
import { assignImapCertificate } from './assign-imap-certificate.js';
import { assignSmtpCertificate } from './assign-smtp-certificate.js';
import { assignThrottlingPolicy } from './assign-throttling-policy.js';
import { bypassProxyFor7080 } from './bypass-proxy-for-7080.js';
import { checkCredentials } from './check-credentials.js';
import { dedicatedReceiveConnector } from './dedicated-receive-connector.js';
import { enableImapForMailbox } from './enable-imap-for-mailbox.js';
import { enableTls12 } from './enable-tls12.js';
import { enableSmtpAuthForMailbox, useOauth, waitAndPollSlower } from './exchange-online.js';
import { type Facts, notRead } from './facts.js';
import { grantImpersonation, grantImpersonationScoped } from './grant-impersonation.js';
import { BESIDE_2007, grantViewStoreStatus } from './grant-view-store-status.js';
import { openPort7080 } from './open-port-7080.js';
import { type ConnectorLimit, raiseConnectorLimits } from './raise-connector-limits.js';
import { raiseConnectorRate } from './raise-connector-rate.js';
import {
  ACCOUNT_IS_CHARGED,
  MAILBOX_IS_CHARGED,
  raiseEwsLimitsOfAccount,
  raiseEwsLimitsOfMailboxes,
} from './raise-ews-limits.js';
import { raiseImapAddressLimit, raiseImapCommandSize, raiseImapTotalLimit } from './raise-imap-server-limits.js';
import { raiseImapUserLimit } from './raise-imap-user-limit.js';
import { raiseStoreObjects } from './raise-store-objects.js';
import { raiseStoreSessions } from './raise-store-sessions.js';
import { renewCertificate } from './renew-certificate.js';
import { sessionNeedOf } from './session-need.js';
import { startImapServices } from './start-imap-services.js';
import { useImapTls } from './use-imap-tls.js';
import { useSmtpTls } from './use-smtp-tls.js';

type Listed<Kind, Target> = {
  for: Kind;
  id: string;
  title: string;
  /** What must have been seen or read before it is any good. */
  needs: string;
  versions: readonly ExchangeVersion[];
  /** What there is for the other versions. */
  otherwise: string;
  /** Null where, with these facts, there is nothing to change. Throws `NotInThisVersionError` for a version beside the list. */
  make: (target: Target, facts: Facts) => Remedy | null;
};
export type ListedRemedy = Listed<'uccx-mail', MailTarget> | Listed<'cuc-single-inbox', InboxTarget>;

const FIXED = 'Limits of Exchange Online are fixed: wait-and-poll-slower.';
const NO_SERVERS = 'Exchange Online has no servers of yours.';
const ONLINE: readonly ExchangeVersion[] = ['online'];
const ON_PREMISES_ONLY = 'On premises nothing of the kind is needed.';

const connector = (hit: ConnectorLimit) => (target: MailTarget, facts: Facts) => {
  const present = facts.connectors?.find(
    ({ connector: name }) => !target.smtp.connector || name === target.smtp.connector,
  );
  return present ? raiseConnectorLimits(target, present, hit) : null;
};

const mail = (remedy: Omit<Listed<'uccx-mail', MailTarget>, 'for'>): ListedRemedy => ({ for: 'uccx-mail', ...remedy });
const inbox = (remedy: Omit<Listed<'cuc-single-inbox', InboxTarget>, 'for'>): ListedRemedy => ({
  for: 'cuc-single-inbox',
  ...remedy,
});

/** Every remedy there is, also those that no rule proposes by itself. */
export const remedies: readonly ListedRemedy[] = [
  mail({
    id: 'raise-imap-user-limit',
    title: 'Let one account hold more IMAP connections',
    needs: 'the number of agents; MaxConnectionsPerUser of each server, or event 1009 of MSExchangeIMAP4',
    versions: ON_PREMISES,
    otherwise: FIXED,
    make: (target, { imapPerUser = notRead }) => raiseImapUserLimit(target, sessionNeedOf(target), imapPerUser),
  }),
  mail({
    id: 'raise-imap-address-limit',
    title: 'Let one address hold as many IMAP connections as Exchange ships',
    needs: 'MaxConnectionFromSingleIP of each server, read to be lower; event 1103 of MSExchangeIMAP4',
    versions: ON_PREMISES,
    otherwise: FIXED,
    make: (target, { imapPerAddress = notRead }) => raiseImapAddressLimit(target, imapPerAddress),
  }),
  mail({
    id: 'raise-imap-total-limit',
    title: 'Let a server hold as many IMAP connections as Exchange ships',
    needs: 'MaxConnections of each server, read to be lower; event 1101 of MSExchangeIMAP4',
    versions: ON_PREMISES,
    otherwise: FIXED,
    make: (target, { imapInAll = notRead }) => raiseImapTotalLimit(target, imapInAll),
  }),
  mail({
    id: 'raise-imap-command-size',
    title: 'Let one IMAP command be as long as Exchange ships',
    needs: 'MaxCommandSize of each server, read to be below 10240',
    versions: ON_PREMISES,
    otherwise: FIXED,
    make: (target, { imapCommandBytes = notRead }) => raiseImapCommandSize(target, imapCommandBytes),
  }),
  mail({
    id: 'raise-store-sessions',
    title: 'Let one account hold more sessions in the Information Store',
    needs:
      'the number of agents; event 9646 of MSExchangeIS with the type session, or the registry value of each mailbox server',
    versions: ON_PREMISES,
    otherwise: FIXED,
    make: (target, { storeSessions = notRead }) => raiseStoreSessions(target, sessionNeedOf(target), storeSessions),
  }),
  mail({
    id: 'raise-store-objects',
    title: 'Let one session hold more objects of one type in the Information Store',
    needs: 'event 9646 of MSExchangeIS that names that type, and only then',
    versions: ON_PREMISES,
    otherwise: FIXED,
    make: (target, { storeObject }) =>
      storeObject ? raiseStoreObjects(target, storeObject.type, storeObject.present) : null,
  }),
  mail({
    id: 'grant-view-store-status',
    title: 'Grant «View Information Store status» over one database',
    needs: 'the mailbox lies on Exchange 2007, beside which this version stands; a person asks for it',
    versions: BESIDE_2007,
    otherwise: 'It does not help with any later store (KB 980049): raise-store-sessions does.',
    make: grantViewStoreStatus,
  }),
  mail({
    id: 'dedicated-receive-connector',
    title: 'A receive connector for the address of UCCX alone',
    needs: '421 4.3.2 or event 1021 of MSExchangeTransport with the address of UCCX; clientAddress of the target',
    versions: ON_PREMISES,
    otherwise: FIXED,
    make: (target, { connectors }) => dedicatedReceiveConnector(target, connectors?.[0] ?? null),
  }),
  mail({
    id: 'raise-connector-limits',
    title: 'Let one address hold more connections to the connector that answers',
    needs: 'the limits of that connector, and no address of UCCX to make one of its own for',
    versions: ON_PREMISES,
    otherwise: FIXED,
    make: connector('connections-per-source'),
  }),
  mail({
    id: 'raise-connector-total',
    title: 'Let the connector that answers hold as many connections as Exchange ships',
    needs: 'MaxInboundConnection of that connector, read to be below 5000; event 1009 of MSExchangeTransport',
    versions: ON_PREMISES,
    otherwise: FIXED,
    make: connector('connections-in-all'),
  }),
  mail({
    id: 'raise-connector-rate',
    title: 'Let one sender hand in more mail a minute on port 587',
    needs: '421 4.4.2 with the words «submission rate»; port 587',
    versions: ON_PREMISES,
    otherwise: FIXED,
    make: (target, { connectors = [] }) => raiseConnectorRate(target, connectors),
  }),
  mail({
    id: 'assign-throttling-policy',
    title: 'A throttling policy of its own for the mailbox',
    needs: 'a policy in force that is narrower than what Exchange ships, or «OverBudget» in the IMAP protocol log',
    versions: ON_PREMISES,
    otherwise: FIXED,
    make: (target, { policy }) => assignThrottlingPolicy(target, policy),
  }),
  mail({
    id: 'enable-imap-for-mailbox',
    title: 'Let the mailbox be read over IMAP',
    needs: 'ImapEnabled False',
    versions: EXCHANGE_VERSIONS,
    otherwise: '',
    make: enableImapForMailbox,
  }),
  mail({
    id: 'start-imap-services',
    title: 'Start the IMAP services, now and with the machine',
    needs: 'a service that shows Stopped',
    versions: ON_PREMISES,
    otherwise: NO_SERVERS,
    make: startImapServices,
  }),
  mail({
    id: 'activate-imap-proxy',
    title: 'Take IMAP of a server out of maintenance',
    needs: 'ImapProxy Inactive, and its owner',
    versions: from('2013'),
    otherwise: 'Exchange 2010 has no such components: start-imap-services.',
    make: activateImapProxy,
  }),
  mail({
    id: 'assign-imap-certificate',
    title: 'Assign a certificate to IMAP',
    needs: 'no STARTTLS offered, or a certificate with the wrong name; a valid certificate',
    versions: ON_PREMISES,
    otherwise: 'Exchange Online brings its own.',
    make: assignImapCertificate,
  }),
  mail({
    id: 'assign-smtp-certificate',
    title: 'Assign a certificate to SMTP',
    needs: 'no STARTTLS offered, or a certificate with the wrong name; a valid certificate',
    versions: ON_PREMISES,
    otherwise: 'Exchange Online brings its own.',
    make: assignSmtpCertificate,
  }),
  mail({
    id: 'renew-certificate',
    title: 'Have a certificate renewed',
    needs: 'a certificate that has run out or soon will',
    versions: ON_PREMISES,
    otherwise: 'Exchange Online renews its own.',
    make: renewCertificate,
  }),
  mail({
    id: 'use-imap-tls',
    title: 'Let UCCX encrypt its IMAP connection',
    needs: 'LOGINDISABLED before TLS, or a login refused for want of it',
    versions: ON_PREMISES,
    otherwise: 'Exchange Online takes nothing else.',
    make: useImapTls,
  }),
  mail({
    id: 'use-smtp-tls',
    title: 'Let UCCX encrypt its SMTP connection',
    needs: '504 5.7.4 or 530 5.7.0 before TLS',
    versions: ON_PREMISES,
    otherwise: 'Exchange Online takes nothing else.',
    make: useSmtpTls,
  }),
  mail({
    id: 'allow-plain-imap-login',
    title: 'Take readable IMAP passwords (LoginType)',
    needs: 'a client that cannot encrypt, and a person who answers for it',
    versions: ON_PREMISES,
    otherwise: 'Exchange Online never does.',
    make: allowPlainImapLogin,
  }),
  mail({
    id: 'enable-tls12',
    title: 'TLS 1.2 on Exchange, before any client is lowered',
    needs: 'a connection that knows TLS 1.0 or 1.1 only',
    versions: ON_PREMISES,
    otherwise: 'Exchange Online takes nothing older.',
    make: enableTls12,
  }),
  mail({
    id: 'check-credentials',
    title: 'Check the account in the directory',
    needs: 'a refused login',
    versions: ON_PREMISES,
    otherwise: 'In Exchange Online a password is never taken: use-oauth.',
    make: checkCredentials,
  }),
  mail({
    id: 'use-oauth',
    title: 'Let UCCX sign in with OAuth',
    needs: 'Exchange Online; a refused password',
    versions: ONLINE,
    otherwise: ON_PREMISES_ONLY,
    make: useOauth,
  }),
  mail({
    id: 'enable-smtp-auth-for-mailbox',
    title: 'Let the mailbox hand in mail with SMTP AUTH',
    needs: 'Exchange Online; 535 5.7.139 that names SmtpClientAuthentication',
    versions: ONLINE,
    otherwise: ON_PREMISES_ONLY,
    make: enableSmtpAuthForMailbox,
  }),
  mail({
    id: 'wait-and-poll-slower',
    title: 'Ask Exchange Online less often',
    needs: 'Exchange Online; «Request is throttled» or 432 4.3.2',
    versions: ONLINE,
    otherwise: 'On premises the limit can be raised: raise-imap-user-limit, raise-connector-rate.',
    make: waitAndPollSlower,
  }),
  inbox({
    id: 'open-port-7080',
    title: 'Let every Exchange server reach the notification port',
    needs: 'a connection from the Exchange side that fails',
    versions: ON_PREMISES,
    otherwise: 'With Exchange Online Cisco asks for no inbound port.',
    make: openPort7080,
  }),
  inbox({
    id: 'bypass-proxy-for-7080',
    title: 'Let notifications pass by the proxy',
    needs: 'an answer on the notification port that is not Connection Jetty, seen from the Exchange side',
    versions: ON_PREMISES,
    otherwise: 'With Exchange Online Cisco asks for no inbound port.',
    make: bypassProxyFor7080,
  }),
  inbox({
    id: 'grant-impersonation',
    title: 'Let the account of Unity Connection act in every mailbox',
    needs: 'ErrorImpersonateUserDenied in the log of Unity Connection',
    versions: ON_PREMISES,
    otherwise: 'In Exchange Online the application of Unity Connection is granted its right in Entra ID.',
    make: grantImpersonation,
  }),
  inbox({
    id: 'grant-impersonation-scoped',
    title: 'The same for the members of one group only',
    needs: 'ErrorImpersonateUserDenied in the log of Unity Connection; a group of its users',
    versions: ON_PREMISES,
    otherwise: 'In Exchange Online the application of Unity Connection is granted its right in Entra ID.',
    make: grantImpersonationScoped,
  }),
  inbox({
    id: 'raise-ews-limits-of-account',
    title: 'EWS limits, where the calling account is charged',
    needs: 'ErrorExceeded… or ErrorServerBusy; Exchange 2010 before SP2 RU4 (14.2.318)',
    versions: ACCOUNT_IS_CHARGED,
    otherwise:
      'From 2010 SP2 RU4 on: raise-ews-limits-of-mailboxes. 2010 RTM was not seen to have the cmdlet for accounts without a mailbox, and ships no limit on subscriptions.',
    make: (target, { users }) => raiseEwsLimitsOfAccount(target, users),
  }),
  inbox({
    id: 'raise-ews-limits-of-mailboxes',
    title: 'EWS limits, where each mailbox is charged',
    needs: 'ErrorExceeded… or ErrorServerBusy; Exchange 2010 SP2 RU4 (14.2.318) or later',
    versions: MAILBOX_IS_CHARGED,
    otherwise: 'Before 2010 SP2 RU4: raise-ews-limits-of-account. Online: fixed at 27 at once.',
    make: raiseEwsLimitsOfMailboxes,
  }),
  inbox({
    id: 'align-ews-authentication',
    title: 'Let EWS and Autodiscover take the login that Unity Connection uses',
    needs: 'HTTP 401 with a right password; the authentication chosen in Unity Connection',
    versions: ON_PREMISES,
    otherwise: 'Exchange Online takes OAuth only.',
    make: alignEwsAuthentication,
  }),
  inbox({
    id: 'allow-ews',
    title: 'Let a mailbox be used over EWS',
    needs: 'HTTP 403; EwsEnabled False',
    versions: EXCHANGE_VERSIONS,
    otherwise: '',
    make: allowEws,
  }),
  inbox({
    id: 'keep-ews-online',
    title: 'Keep EWS open in Exchange Online until it ends',
    needs: 'Exchange Online; 401 or 403 on EWS since October 2026',
    versions: ONLINE,
    otherwise: 'EWS on premises is not affected.',
    make: keepEwsOnline,
  }),
];
