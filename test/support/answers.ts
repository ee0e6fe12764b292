import type { EvidenceKind } from '../../src/domain/evidence/index.js';
import type { ShellCommand } from '../../src/domain/shell-command.js';
import { asClixml, asCsv, asJson, asList, asTable, type Printed } from '../readers/shell-prints.js';

type Answer = { kind: EvidenceKind; prints: readonly string[]; says: readonly object[] };

/** One object in every form that a shell writes. */
const inEveryForm = (...objects: Printed[]): string[] => [
  asList(objects, 120, { trims: true }),
  asTable(objects),
  asCsv(objects, ','),
  asCsv(objects, ';'),
  asJson(objects),
  asClixml(objects),
];

const account = (expires: string): Printed => ({
  SamAccountName: 'uccxemail',
  Enabled: 'True',
  LockedOut: 'True',
  PasswordExpired: 'False',
  AccountExpirationDate: expires,
  UserPrincipalName: 'uccxemail@contoso.test',
});

/** Rows of an asked-for command: what it prints, and what is read of that. Written by hand after what the cmdlets print. */
export const ANSWERS: Readonly<Record<string, Answer>> = {
  'Get-ADUser': {
    kind: 'ad-user',
    prints: [
      ...inEveryForm(account('2026-10-31T00:00:00.000Z')),
      asJson([account('/Date(1793404800000)/')]),
      asJson([account('\\/Date(1793404800000)\\/')]),
    ],
    says: [
      {
        names: ['uccxemail', 'uccxemail@contoso.test'],
        enabled: true,
        lockedOut: true,
        passwordExpired: false,
        expires: '2026-10-31T00:00:00.000Z',
      },
    ],
  },
  'Get-Service': {
    kind: 'service-state',
    prints: [
      ...inEveryForm(
        { Status: 'Stopped', Name: 'MSExchangeIMAP4', DisplayName: 'Microsoft Exchange IMAP4', PSComputerName: 'EX01' },
        {
          Status: 'Running',
          Name: 'MSExchangeIMAP4BE',
          DisplayName: 'Microsoft Exchange IMAP4 Backend',
          PSComputerName: 'EX01',
        },
      ),
      // As the shell of Exchange shows it, with a name that the console cut.
      [
        '',
        'Status   Name               DisplayName                            PSComputerName',
        '------   ----               -----------                            --------------',
        'Stopped  MSExchangeIMAP4    Microsoft Exchange IMAP4               EX01',
        'Running  MSExchangeIMAP4BE  Microsoft Exchange IMAP4 Back...       EX01',
        '',
      ].join('\r\n'),
      // ConvertTo-Json gives the number of the word.
      JSON.stringify([
        { Name: 'MSExchangeIMAP4', Status: 1, MachineName: 'EX01' },
        { Name: 'MSExchangeIMAP4BE', Status: 4, MachineName: 'EX01' },
      ]),
    ],
    says: [
      { server: 'EX01', service: 'MSExchangeIMAP4', status: 'Stopped' },
      { server: 'EX01', service: 'MSExchangeIMAP4BE', status: 'Running' },
    ],
  },
  'Get-ServerComponentState': {
    kind: 'component-state',
    prints: inEveryForm(
      { ServerFqdn: 'ex01.contoso.test', Component: 'ImapProxy', State: 'Inactive' },
      { ServerFqdn: 'ex01.contoso.test', Component: 'HubTransport', State: 'Draining' },
      { ServerFqdn: 'ex01.contoso.test', Component: 'OwaProxy', State: 'Active' },
    ),
    says: [
      { server: 'ex01.contoso.test', component: 'ImapProxy', state: 'inactive' },
      { server: 'ex01.contoso.test', component: 'HubTransport', state: 'draining' },
      { server: 'ex01.contoso.test', component: 'OwaProxy', state: 'active' },
    ],
  },
  'Get-MailboxDatabase': {
    kind: 'database-state',
    prints: inEveryForm(
      { Name: 'DB01', Mounted: 'False', MountedOnServer: 'EX01.contoso.test' },
      { Name: 'DB02', Mounted: 'True', MountedOnServer: 'EX02.contoso.test' },
    ),
    says: [
      { database: 'DB01', mounted: false, server: 'EX01.contoso.test' },
      { database: 'DB02', mounted: true, server: 'EX02.contoso.test' },
    ],
  },
  'Get-CASMailbox': {
    kind: 'cas-mailbox',
    prints: inEveryForm({ Name: 'uccxemail', ImapEnabled: 'False' }),
    says: [{ names: ['uccxemail'], imapEnabled: false }],
  },
  'Get-Mailbox': {
    kind: 'exchange-mailbox',
    prints: inEveryForm({ Name: 'uccxemail', Database: 'DB01', ServerName: 'ex01', LegacyExchangeDN: '/o=C/cn=uccx' }),
    says: [{ names: ['uccxemail'], database: 'DB01', server: 'ex01', legacyDn: '/o=C/cn=uccx' }],
  },
  'Get-ImapSettings': {
    kind: 'imap-limits',
    prints: inEveryForm({ Server: 'EX01', MaxConnectionsPerUser: 16 }),
    says: [{ server: 'EX01', maxConnectionsPerUser: 16 }],
  },
  'Get-ItemProperty': {
    kind: 'store-limits',
    prints: inEveryForm({ 'Maximum Allowed Service Sessions Per User': 60, PSComputerName: 'EX01' }),
    says: [{ server: 'EX01', serviceSessionsPerUser: 60 }],
  },
  'Get-ReceiveConnector': {
    kind: 'connector-limits',
    prints: inEveryForm({
      Identity: 'EX01\\Client Frontend EX01',
      Bindings: '{[::]:587, 0.0.0.0:587}',
      RemoteIPRanges: '{0.0.0.0-255.255.255.255}',
      MaxInboundConnectionPerSource: 20,
      MessageRateLimit: 5,
    }),
    says: [{ connector: 'EX01\\Client Frontend EX01', connectionsPerSource: 20, messagesPerMinute: 5 }],
  },
  'Get-ThrottlingPolicyAssociation': {
    kind: 'policy-association',
    prints: inEveryForm({ Identity: 'uccxemail', ThrottlingPolicyId: 'UCCXEmail' }),
    says: [{ names: ['uccxemail'], policy: 'UCCXEmail' }],
  },
  'Get-ThrottlingPolicy': {
    kind: 'throttling-policy',
    prints: inEveryForm({ Name: 'UCCXEmail', ThrottlingPolicyScope: 'Regular', ImapMaxConcurrency: 20 }),
    says: [{ policy: 'UCCXEmail', imapConcurrency: 20 }],
  },
  'Get-ExchangeServer': {
    kind: 'exchange-server',
    prints: inEveryForm({ Name: 'EX01', AdminDisplayVersion: 'Version 15.1 (Build 2507.6)' }),
    says: [{ server: 'EX01', build: '15.1.2507.6' }],
  },
  'Get-ManagementRoleAssignment': {
    kind: 'role-assignment',
    prints: inEveryForm({ Role: 'ApplicationImpersonation', RoleAssigneeName: 'cucsvc', Enabled: 'True' }),
    says: [{ role: 'ApplicationImpersonation', assignee: 'cucsvc', enabled: true }],
  },
  'Get-WinEvent': {
    kind: 'exchange-event',
    prints: inEveryForm({
      TimeCreated: '2026-11-21T07:30:00Z',
      ProviderName: 'MSExchangeIMAP4',
      Id: 1009,
      Message: 'Number of simultaneous connections made by user CONTOSO\\uccxemail exceeded maximum (16).',
    }).slice(0, 1),
    says: [{ about: 'imap-per-user', subject: 'CONTOSO\\uccxemail', limit: 16, utc: true }],
  },
};

/** Commands whose output a person answers the question by, each with the reason why nothing reads it. */
export const ANSWERED_BY_A_PERSON: Readonly<Record<string, string>> = {
  'Import-Module': 'it prints nothing',
  'New-Object': 'it connects or it fails, seen where it was run; what it prints names neither server nor time',
  'Test-NetConnection': 'it connects or it fails, seen where it was run',
  'Get-WebServicesVirtualDirectory': 'the ways of logging in are compared by hand with those of Unity Connection',
  'Get-AutodiscoverVirtualDirectory': 'as those of EWS',
  'Get-OrganizationConfig': 'whether a policy of the organisation is meant so only its owner can say',
};

/** What is run, on whichever machine; what its output is piped into only shapes it. */
export const cmdletsIn = ({ cmdlet, args }: ShellCommand): string[] => {
  const inside = args.flatMap(({ value }) => (value.is === 'block' ? value.commands.flatMap(cmdletsIn) : []));
  return inside.length > 0 ? inside : [cmdlet];
};
