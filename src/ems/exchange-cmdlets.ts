import { EXCHANGE_VERSIONS, type ExchangeVersion } from '../domain/target.js';
import { cmdlet } from './cmdlet.js';
import {
  count,
  countOrUnlimited,
  flag,
  from,
  is2010,
  ON_PREMISES,
  only,
  onOff,
  policyLimit2010,
  policyLimit2013,
  since,
  text,
  textOrNull,
  texts,
  unasked,
  word,
  wordOrMember,
  words,
} from './parameter.js';

/*
 * The Exchange cmdlets that we print, with the parameters that we print. Published guides misspell some
 * (`MaxConnectionsFromSingleIP`, `MaxInboundConnections`), so every name here was compared with the cmdlet reference.
 */
export const reference = (name: string) => `https://learn.microsoft.com/powershell/module/exchangepowershell/${name}`;

/** 2010 stops at 25000 (TechNet bb123712, EXCHG.140), later versions at the largest 32-bit number. */
export const highestImapCount = (version: ExchangeVersion | null): number => (is2010(version) ? 25_000 : 2_147_483_647);

export const getImapSettings = cmdlet(
  'Get-ImapSettings',
  { source: reference('get-imapsettings') },
  { Server: text() },
);

export const setImapSettings = cmdlet(
  'Set-ImapSettings',
  { source: reference('set-imapsettings') },
  {
    Server: text(),
    MaxConnectionsPerUser: count(1, highestImapCount),
    // «Connection», singular: Microsoft's own how-to pages misspell it.
    MaxConnectionFromSingleIP: count(1, highestImapCount),
    MaxConnections: count(1, highestImapCount),
    MaxCommandSize: count(1024, 16_384),
    LoginType: wordOrMember('PlainTextLogin', 'PlainTextAuthentication', 'SecureLogin'),
    X509CertificateName: text(),
  },
);

export const getReceiveConnector = cmdlet(
  'Get-ReceiveConnector',
  { source: reference('get-receiveconnector') },
  { Identity: text(), Server: text() },
);

const connectorLimits = {
  MaxInboundConnection: countOrUnlimited(1, 2_147_483_647),
  MaxInboundConnectionPerSource: countOrUnlimited(1, 10_000),
  MaxInboundConnectionPercentagePerSource: count(1, 100),
  MessageRateLimit: countOrUnlimited(1, 2_147_483_647),
  MessageRateSource: word('None', 'IPAddress', 'User', 'All'),
};

export const setReceiveConnector = cmdlet(
  'Set-ReceiveConnector',
  { source: reference('set-receiveconnector') },
  { Identity: text(), ...connectorLimits },
);

export const newReceiveConnector = cmdlet(
  'New-ReceiveConnector',
  { source: reference('new-receiveconnector') },
  {
    Name: text(),
    Server: text(),
    /** 2010 has one transport service on the port; later a custom connector without it would clash with the front end. */
    TransportRole: since('2013', word('FrontendTransport', 'HubTransport')),
    Usage: word('Client', 'Custom', 'Internal', 'Internet', 'Partner'),
    Bindings: texts(),
    RemoteIPRanges: texts(),
    AuthMechanism: words('None', 'Tls', 'Integrated', 'BasicAuth', 'BasicAuthRequireTLS'),
    PermissionGroups: words('None', 'ExchangeUsers'),
    ...connectorLimits,
  },
);

export const removeReceiveConnector = cmdlet(
  'Remove-ReceiveConnector',
  { source: reference('remove-receiveconnector') },
  { Identity: text(), Confirm: unasked() },
);

export const getThrottlingPolicy = cmdlet(
  'Get-ThrottlingPolicy',
  { source: reference('get-throttlingpolicy') },
  { Identity: text() },
);

export const getThrottlingPolicyAssociation = cmdlet(
  'Get-ThrottlingPolicyAssociation',
  // The first edition of 2010 was not seen to have it; there the mailbox shows its policy.
  { source: reference('get-throttlingpolicyassociation'), versions: from('2010-sp1') },
  { Identity: text() },
);

/** For accounts with and without a mailbox. */
export const setThrottlingPolicyAssociation = cmdlet(
  'Set-ThrottlingPolicyAssociation',
  { source: reference('set-throttlingpolicyassociation'), versions: from('2010-sp1') },
  { Identity: text(), ThrottlingPolicy: textOrNull() },
);

export const newThrottlingPolicy = cmdlet(
  'New-ThrottlingPolicy',
  { source: reference('new-throttlingpolicy') },
  { Name: text(), ThrottlingPolicyScope: since('2013', word('Regular')) },
);

/** TechNet dd298094: the first edition of 2010 takes 0 to 100 for concurrencies; the reference, later: any 32-bit number. */
export const highestConcurrency = (version: ExchangeVersion | null): number =>
  version === '2010-rtm' ? 100 : 2_147_483_647;
const concurrency = policyLimit2010(highestConcurrency);
/** A share of each minute in per cent; several connections can spend more than one minute a minute. */
const percentTime = policyLimit2010(2_147_483_647);
const SERVICE_PACKS: readonly ExchangeVersion[] = ['2010-sp1', '2010-sp2', '2010-sp3'];
const budgetMs = policyLimit2013(2_147_483_647);

export const setThrottlingPolicy = cmdlet(
  'Set-ThrottlingPolicy',
  { source: reference('set-throttlingpolicy') },
  {
    Identity: text(),
    IMAPMaxConcurrency: concurrency,
    IMAPPercentTimeInAD: percentTime,
    IMAPPercentTimeInCAS: percentTime,
    IMAPPercentTimeInMailboxRPC: percentTime,
    RCAMaxConcurrency: concurrency,
    RCAPercentTimeInAD: percentTime,
    RCAPercentTimeInCAS: percentTime,
    RCAPercentTimeInMailboxRPC: percentTime,
    // CPA came with SP1 and has no share of AD time.
    CPAMaxConcurrency: only(SERVICE_PACKS, concurrency),
    CPAPercentTimeInCAS: only(SERVICE_PACKS, percentTime),
    CPAPercentTimeInMailboxRPC: only(SERVICE_PACKS, percentTime),
    EWSMaxConcurrency: concurrency,
    EWSMaxSubscriptions: policyLimit2010(2_147_483_647),
    EWSPercentTimeInAD: percentTime,
    EWSPercentTimeInCAS: percentTime,
    EWSPercentTimeInMailboxRPC: percentTime,
    // The same names as before in another case, since from 2013 on no limit is another word.
    ImapMaxConcurrency: budgetMs,
    ImapMaxBurst: budgetMs,
    ImapRechargeRate: budgetMs,
    ImapCutoffBalance: budgetMs,
    EwsMaxConcurrency: budgetMs,
  },
);

export const removeThrottlingPolicy = cmdlet(
  'Remove-ThrottlingPolicy',
  { source: reference('remove-throttlingpolicy') },
  { Identity: text(), Confirm: unasked() },
);

export const getMailbox = cmdlet(
  'Get-Mailbox',
  { source: reference('get-mailbox'), versions: EXCHANGE_VERSIONS },
  { Identity: text() },
);

export const setMailbox = cmdlet(
  'Set-Mailbox',
  { source: reference('set-mailbox'), versions: EXCHANGE_VERSIONS },
  { Identity: text(), ThrottlingPolicy: only(ON_PREMISES, textOrNull()) },
);

export const getCasMailbox = cmdlet(
  'Get-CASMailbox',
  { source: reference('get-casmailbox'), versions: EXCHANGE_VERSIONS },
  { Identity: text() },
);

export const setCasMailbox = cmdlet(
  'Set-CASMailbox',
  { source: reference('set-casmailbox'), versions: EXCHANGE_VERSIONS },
  {
    Identity: text(),
    ImapEnabled: onOff(),
    EwsEnabled: onOff(),
    SmtpClientAuthenticationDisabled: only(['online'], onOff()),
  },
);

export const getExchangeCertificate = cmdlet(
  'Get-ExchangeCertificate',
  { source: reference('get-exchangecertificate') },
  { Server: text() },
);

/** Asks before it replaces the default SMTP certificate, so it takes no `-Confirm:$false` here. */
export const enableExchangeCertificate = cmdlet(
  'Enable-ExchangeCertificate',
  { source: reference('enable-exchangecertificate') },
  { Server: text(), Thumbprint: text(), Services: word('IMAP', 'SMTP') },
);

export const getMailboxDatabase = cmdlet(
  'Get-MailboxDatabase',
  { source: reference('get-mailboxdatabase') },
  { Identity: text(), Server: text(), Status: flag() },
);

export const getServerComponentState = cmdlet(
  'Get-ServerComponentState',
  { source: reference('get-servercomponentstate'), versions: from('2013') },
  { Identity: text(), Component: word('ImapProxy') },
);

export const setServerComponentState = cmdlet(
  'Set-ServerComponentState',
  { source: reference('set-servercomponentstate'), versions: from('2013') },
  {
    Identity: text(),
    Component: word('ImapProxy'),
    State: word('Active', 'Inactive'),
    Requester: text(),
  },
);

export const getExchangeServer = cmdlet(
  'Get-ExchangeServer',
  { source: reference('get-exchangeserver') },
  { Identity: text() },
);
