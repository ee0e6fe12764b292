import { smtpPort } from '../../src/rules/smtp-port.js';
import { fact, mailTarget } from '../support/build.js';
import { ruleTable } from '../support/rule-table.js';

const smtp = { leg: 'smtp', port: 587 } as const;
ruleTable(
  smtpPort,
  mailTarget(),
  [
    { name: 'takes connections', given: [fact('tcp-connect', smtp)], is: 'healthy' },
    { name: 'nobody looked', given: [], is: 'unknown' },
    {
      name: 'refused: which connector has that port?',
      given: [fact('tcp-connect', { ...smtp, outcome: 'refused', code: 'ECONNREFUSED' })],
      is: 'problem',
      severity: 'critical',
      certainty: 'possible',
      remedies: [],
      asks: [/bound to port 587/, /service runs/],
      commands: [
        "Get-ReceiveConnector -Server 'EX01' | Format-Table -Property 'Identity','Enabled','Bindings','RemoteIPRanges','AuthMechanism','PermissionGroups' -AutoSize",
      ],
    },
    {
      name: 'refused, and the other port is open',
      given: [fact('tcp-connect', { ...smtp, outcome: 'refused', code: 'ECONNREFUSED' }), fact('sister-port')],
      is: 'problem',
      findings: 1,
      severity: 'critical',
      certainty: 'possible',
      says: /port 587.*; port 25 beside it is open, so the machine serves and this port is not bound or is filtered\.$/,
      because: /port 25: connected, 220 ex01/,
      asks: [/Is 25 the port that UCCX is configured for/, /bound to port 587/, /service runs/],
      remedies: [],
    },
    {
      name: 'refused, and so is the other port',
      given: [
        fact('tcp-connect', { ...smtp, outcome: 'refused', code: 'ECONNREFUSED' }),
        fact('sister-port', { outcome: 'refused', greeting: null }),
      ],
      is: 'problem',
      says: /a filter rejects it\.$/,
      because: /port 25: refused/,
      asks: [/bound to port 587/, /service runs/],
    },
    {
      name: 'no answer',
      given: [fact('tcp-connect', { ...smtp, outcome: 'timed-out', code: 'ETIMEDOUT' })],
      is: 'problem',
      says: /port 587.*firewall drops/,
      commands: [],
    },
    {
      name: 'open from a site that stands elsewhere does not prove that UCCX gets through',
      given: [fact('tcp-connect', { leg: 'smtp', port: 587 }, { vantages: ['exchange-side'] })],
      is: 'unknown',
      says: /^the port is open from site hq, and no site stands at the uccx-side: that is another path/,
    },
    {
      name: 'refused from a site that stands elsewhere does not prove that UCCX is locked out',
      given: [
        fact(
          'tcp-connect',
          { leg: 'smtp', port: 587, outcome: 'refused', code: 'ECONNREFUSED' },
          { vantages: ['cuc-side'] },
        ),
      ],
      is: 'unknown',
      says: /^refused from site hq, and no site stands at the uccx-side/,
    },
  ],
  { 'not-applicable': 'every mail target has an SMTP port' },
);
