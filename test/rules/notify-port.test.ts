import { notifyPort } from '../../src/rules/notify-port.js';
import { fact, inboxTarget } from '../support/build.js';
import { ruleTable } from '../support/rule-table.js';

const cuc = { leg: 'notify', host: 'cuc.contoso.test', port: 7080 } as const;
const beside = { site: 'dc', vantages: ['exchange-side'] };
const refused = { ...cuc, outcome: 'refused', code: 'ECONNREFUSED' } as const;
const fromExchange =
  "Invoke-Command -ComputerName 'EX01' -ScriptBlock { New-Object -TypeName 'System.Net.Sockets.TcpClient' -ArgumentList 'cuc.contoso.test',7080 | Format-List -Property 'Connected' }";

ruleTable(notifyPort, inboxTarget(), [
  {
    name: 'open from beside Exchange',
    given: [fact('tcp-connect', cuc, beside)],
    is: 'healthy',
    says: /where Exchange stands/,
  },
  {
    name: 'open from elsewhere proves nothing',
    given: [fact('tcp-connect', cuc)],
    is: 'unknown',
    says: /open from site hq, but no site stands beside Exchange/,
    commands: [fromExchange],
  },
  {
    name: 'refused from elsewhere proves nothing',
    given: [fact('tcp-connect', refused)],
    is: 'unknown',
    says: /closed from site hq.*does not show/,
    asks: [/Only Exchange can tell/, /Jetty listen/],
    commands: [fromExchange, 'show open ports regexp 7080'],
  },
  {
    name: 'refused on Unity Connection itself is still not proof',
    given: [fact('tcp-connect', refused, { vantages: ['cuc-side'] })],
    is: 'unknown',
  },
  {
    name: 'open here, closed there, neither beside Exchange',
    given: [fact('tcp-connect', cuc), fact('tcp-connect', refused, { site: 'branch' })],
    is: 'unknown',
    says: /open from site hq and closed from site branch/,
  },
  { name: 'nobody looked', given: [], is: 'unknown' },
  {
    name: 'blocked from beside Exchange, open from elsewhere',
    given: [fact('tcp-connect', { ...cuc, outcome: 'timed-out', code: 'ETIMEDOUT' }, beside), fact('tcp-connect', cuc)],
    is: 'problem',
    severity: 'critical',
    certainty: 'proven',
    findings: 1,
    remedies: ['open-port-7080'],
    says: /Exchange cannot deliver.*site dc, does not answer at all/,
    because: /site hq: connected/,
    commands: [fromExchange, fromExchange],
  },
  {
    name: 'refused beside Exchange, though a list of ports shows Jetty listening',
    given: [fact('tcp-connect', refused, beside), fact('open-ports')],
    is: 'problem',
    certainty: 'proven',
    says: /Unity Connection listens on that port, so the way is cut\.$/,
    because: /LISTEN/,
    asks: [/service runs/],
  },
  {
    name: 'refused beside Exchange, and it listens for itself alone',
    given: [
      fact('tcp-connect', refused, beside),
      fact('open-ports', { listening: [{ port: 7080, on: 'loopback', process: 'jetty' }] }),
    ],
    is: 'problem',
    asks: [/Jetty listen/, /service runs/],
  },
  {
    name: 'refused beside Exchange',
    given: [fact('tcp-connect', refused, beside)],
    is: 'problem',
    asks: [/Jetty listen/, /service runs/],
  },
  {
    name: 'Exchange Online',
    target: inboxTarget({ version: 'online' }),
    given: [fact('tcp-connect', refused)],
    is: 'not-applicable',
  },
]);
