import { imapGreeting } from '../../src/rules/imap-greeting.js';
import { fact, mailTarget } from '../support/build.js';
import { ruleTable } from '../support/rule-table.js';

ruleTable(imapGreeting, mailTarget(), [
  {
    name: 'Exchange',
    given: [fact('imap-greeting'), fact('imap-greeting', {}, { site: 'branch' })],
    is: 'healthy',
    says: /greets site branch and site hq/,
  },
  { name: 'nobody looked', given: [], is: 'unknown' },
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
]);
