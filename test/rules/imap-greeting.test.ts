import { imapGreeting } from '../../src/rules/imap-greeting.js';
import { fact, mailTarget } from '../support/build.js';
import { ruleTable } from '../support/rule-table.js';

ruleTable(
  imapGreeting,
  mailTarget(),
  [
    {
      name: 'turned away by a code alone',
      given: [fact('imap-greeting', { outcome: 'bye', text: '[LIMIT] x' })],
      is: 'problem',
      certainty: 'likely',
      says: /says that there are too many/,
    },
    {
      name: 'Exchange',
      given: [fact('imap-greeting'), fact('imap-greeting', {}, { site: 'branch' })],
      is: 'healthy',
      says: /greets site branch and site hq/,
    },
    { name: 'nobody looked', given: [], is: 'unknown' },
    {
      name: 'a greeting for which no client may wait: told, and no fault, since a busy prober is slow as well',
      given: [fact('imap-greeting', { tookMs: 7200 }), fact('imap-greeting', { tookMs: 9 }, { site: 'branch' })],
      is: 'healthy',
      says: /^Exchange greets site branch and site hq; site hq waited 7 s for it/,
    },
    {
      name: 'a greeting that takes its time',
      given: [fact('imap-greeting', { tookMs: 1500 })],
      is: 'healthy',
      says: /site hq$/,
    },
    {
      name: 'another server',
      given: [fact('imap-greeting', { text: '* OK Dovecot ready.' })],
      is: 'problem',
      severity: 'notice',
      because: /Dovecot/,
    },
    {
      name: 'silence',
      given: [fact('imap-greeting', { outcome: 'silent', text: null })],
      is: 'problem',
      severity: 'critical',
      certainty: 'possible',
      says: /says nothing/,
      asks: [/encryption from the first byte/, /both IMAP services/],
    },
    {
      name: 'silence on 993',
      target: mailTarget({ imap: { port: 993, security: 'tls' } }),
      given: [fact('imap-greeting', { outcome: 'silent', text: null })],
      is: 'problem',
      asks: [/both IMAP services/],
    },
    {
      name: 'ended at once, 2010',
      target: mailTarget({ version: '2010-sp3' }),
      given: [fact('imap-greeting', { outcome: 'closed', text: null })],
      is: 'problem',
      says: /ends it before the greeting/,
      commands: [
        `Get-WinEvent -ComputerName 'EX01' -LogName 'Application' -FilterXPath '*[System[Provider[@Name="MSExchangeIMAP4"] and (EventID=1101 or EventID=1103)]]' -MaxEvents 20 | Format-List -Property 'TimeCreated','ProviderName','Id','Message'`,
        "Get-ImapSettings -Server 'EX01' | Format-List -Property 'Server','MaxConnections','MaxConnectionFromSingleIP'",
        "Invoke-Command -ComputerName 'EX01' -ScriptBlock { Get-Service -Name 'MSExchangeIMAP4' }",
      ],
    },
    {
      name: 'ended at once, and event 1101 of that hour',
      given: [
        fact('imap-greeting', { outcome: 'closed', text: null }),
        fact('exchange-event', {
          about: 'imap-in-all',
          provider: 'MSExchangeIMAP4',
          id: 1101,
          subject: null,
          limit: 20,
        }),
      ],
      is: 'unknown',
      says: /an event of that hour names the limit that was met/,
    },
    {
      name: 'ended at once, and the limits were read: they are shown, and prove nothing',
      given: [
        fact('imap-greeting', { outcome: 'closed', text: null }),
        fact('imap-service-limits', { server: 'EX01', maxConnectionsFromSingleIp: 20, maxConnections: 2000 }),
      ],
      is: 'problem',
      certainty: 'possible',
      because: /MaxConnectionFromSingleIP 20, MaxConnections 2000 on EX01/,
    },
    {
      name: 'ended at once, and event 1101 of yesterday',
      given: [
        fact('imap-greeting', { outcome: 'closed', text: null }),
        fact('exchange-event', { about: 'imap-in-all', id: 1101, subject: null, last: '2026-11-20T07:30:00.000Z' }),
      ],
      is: 'problem',
    },
    {
      name: 'silence is no limit, whatever the event',
      given: [
        fact('imap-greeting', { outcome: 'silent', text: null }),
        fact('exchange-event', { about: 'imap-in-all', id: 1101, subject: null, limit: 20 }),
      ],
      is: 'problem',
    },
    {
      name: 'turned away',
      given: [fact('imap-greeting', { outcome: 'bye', text: '* BYE too many' })],
      is: 'problem',
      because: /«\* BYE too many»/,
    },
    {
      name: 'the IMAP server of Unity Connection',
      given: [fact('imap-greeting', { text: '* OK UMSS IMAP4rev1 Server cuc.contoso.test ready' })],
      is: 'problem',
      severity: 'critical',
      certainty: 'likely',
      says: /Unity Connection itself/,
    },
    {
      name: 'another greeting beside that of Exchange is for imap-balancer to judge',
      given: [fact('imap-greeting'), fact('imap-greeting', { text: '* OK EX02' }, { site: 'branch' })],
      is: 'healthy',
      says: /greets site hq$/,
    },
    {
      name: 'ended here, greeted there: the server lives',
      given: [fact('imap-greeting', { outcome: 'closed', text: null }), fact('imap-greeting', {}, { site: 'branch' })],
      is: 'problem',
      findings: 1,
      severity: 'warning',
      says: /before the greeting; it greets site branch/,
      asks: [
        /What differs between site hq and site branch\? .*NAT/,
        /one address or of the server/,
        /IMAP services/,
        /encryption/,
      ],
    },
    {
      name: 'too many, in the words of another server',
      given: [
        fact('imap-greeting', {
          outcome: 'bye',
          text: '* BYE [ALERT] Maximum number of connections from user+IP exceeded',
        }),
      ],
      is: 'problem',
      certainty: 'likely',
      says: /too many/,
    },
    {
      name: 'not now',
      given: [fact('imap-greeting', { outcome: 'bye', text: '* BYE [UNAVAILABLE] Temporary System Error' })],
      is: 'problem',
      certainty: 'likely',
      says: /cannot serve it now/,
      asks: [/IMAP services/],
    },
    {
      name: 'idle at once',
      given: [fact('imap-greeting', { outcome: 'bye', text: '* BYE Connection is closed. 13' })],
      is: 'problem',
      says: /as idle in place of a greeting/,
    },
    {
      name: 'another protocol',
      given: [fact('imap-greeting', { outcome: 'not-imap', text: '220 smtp' })],
      is: 'problem',
      severity: 'critical',
      says: /does not speak IMAP/,
    },
    {
      name: 'a flood',
      given: [fact('imap-greeting', { outcome: 'too-much', text: null })],
      is: 'problem',
      says: /sends without end/,
    },
    {
      name: 'Online',
      target: mailTarget({ version: 'online' }),
      given: [fact('imap-greeting', { outcome: 'closed', text: null })],
      is: 'problem',
      commands: [],
    },
  ],
  { 'not-applicable': 'every mail target has an IMAP service to be greeted by' },
);
