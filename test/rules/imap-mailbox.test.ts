import { imapMailbox } from '../../src/rules/imap-mailbox.js';
import { fact, mailTarget } from '../support/build.js';
import { ruleTable } from '../support/rule-table.js';

const refused = (text: string, status: 'NO' | 'BAD' = 'NO') =>
  fact('imap-select', { outcome: 'refused', status, text, messages: null });
ruleTable(
  imapMailbox,
  mailTarget(),
  [
    {
      name: 'IMAP is turned off, by Get-CASMailbox',
      given: [fact('cas-mailbox', { imapEnabled: false })],
      is: 'problem',
      severity: 'critical',
      certainty: 'proven',
      says: /IMAP is turned off for the mailbox/,
      remedies: ['enable-imap-for-mailbox'],
    },
    {
      name: 'turned off, and the mailbox did not open',
      given: [
        fact('cas-mailbox', { imapEnabled: false }),
        fact('imap-select', {
          outcome: 'refused',
          status: 'BAD',
          text: 'A3 BAD User is authenticated but not connected.',
          messages: null,
        }),
      ],
      is: 'problem',
      certainty: 'proven',
      findings: 1,
      because: /ImapEnabled False[\s\S]*authenticated but not connected/,
    },
    {
      name: 'turned off then, and open since',
      given: [fact('cas-mailbox', { imapEnabled: false }, { at: '2026-11-20T08:00:00.000Z' }), fact('imap-select')],
      is: 'healthy',
    },
    {
      name: 'turned off, and open in a record, which may be of any time',
      given: [
        fact('cas-mailbox', { imapEnabled: false }, { at: '2026-11-20T08:00:00.000Z' }),
        fact('imap-select', {}, { file: 'telnet.txt' }),
      ],
      is: 'problem',
    },
    {
      name: 'turned off for somebody else',
      given: [fact('cas-mailbox', { names: ['somebody'], imapEnabled: false })],
      is: 'unknown',
    },
    { name: 'turned on, and nobody tried', given: [fact('cas-mailbox')], is: 'unknown', says: /not seen: imap-select/ },

    { name: 'opens', given: [fact('imap-select')], is: 'healthy', says: /3 messages/ },
    { name: 'nobody looked', given: [], is: 'unknown' },
    {
      name: 'no answer',
      given: [fact('imap-select', { outcome: 'silent', status: null, messages: null })],
      is: 'unknown',
    },
    {
      name: 'authenticated but not connected',
      given: [refused('A3 BAD User is authenticated but not connected.', 'BAD')],
      is: 'problem',
      severity: 'critical',
      certainty: 'possible',
      remedies: [],
      asks: [/turned off/, /service stopped/, /9646/, /1009/],
      ifSo: ['enable-imap-for-mailbox', 'start-imap-services'],
    },
    {
      name: 'Server Unavailable. 15',
      given: [refused('A3 NO Server Unavailable. 15')],
      is: 'problem',
      asks: [/9646/, /mounted/],
      because: /Server Unavailable\. 15/,
      commands: [
        `Get-WinEvent -ComputerName 'EX01' -LogName 'Application' -FilterXPath '*[System[Provider[@Name="MSExchangeIS"] and (EventID=9646)]]' -MaxEvents 20 | Format-List -Property 'TimeCreated','ProviderName','Id','Message'`,
        String.raw`Invoke-Command -ComputerName 'EX01' -ScriptBlock { Get-ItemProperty -Path 'HKLM:\SYSTEM\CurrentControlSet\Services\MSExchangeIS\ParametersSystem' } | Format-List -Property 'PSComputerName','Maximum Allowed Service Sessions Per User'`,
        "Get-MailboxDatabase -Server 'EX01' -Status | Format-Table -Property 'Name','Mounted','MountedOnServer' -AutoSize",
      ],
    },
    {
      name: 'throttled',
      given: [refused('A3 BAD Request is throttled. Suggested Backoff Time: 201317 milliseconds', 'BAD')],
      is: 'problem',
      certainty: 'likely',
      remedies: ['assign-throttling-policy'],
    },
    {
      name: 'throttled, Online',
      target: mailTarget({ version: 'online' }),
      given: [refused('A3 BADRequest is throttled.', 'BAD')],
      is: 'problem',
      remedies: [],
      asks: [/poll less often/],
    },
    { name: 'words never heard before', given: [refused('A3 NO something new')], is: 'problem', certainty: 'possible' },
    {
      name: 'hung up',
      given: [fact('imap-select', { outcome: 'closed', status: null, messages: null })],
      is: 'problem',
    },
  ],
  { 'not-applicable': 'every mail target has a mailbox to open' },
);
