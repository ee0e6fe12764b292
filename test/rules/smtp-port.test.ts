import { smtpPort } from '../../src/rules/smtp-port.js';
import { fact, mailTarget } from '../support/build.js';
import { ruleTable } from '../support/rule-table.js';

const smtp = { leg: 'smtp', port: 587 } as const;
ruleTable(smtpPort, mailTarget(), [
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
]);
