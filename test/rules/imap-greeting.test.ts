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
