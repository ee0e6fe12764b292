import type { TcpConnect } from '../../src/domain/evidence/tcp-connect.js';
import { InboxTarget, MailTarget } from '../../src/domain/target.js';
import { webPort } from '../../src/rules/web-port.js';
import { fact, inboxTarget, mailTarget } from '../support/build.js';
import { ruleTable } from '../support/rule-table.js';

const web = { host: 'ex01.contoso.test' };
const inbox = InboxTarget.parse({ ...inboxTarget(), web });
const mail = MailTarget.parse({ ...mailTarget(), web });
const cuc = { site: 'voice', vantages: ['cuc-side'] };
const hq = { site: 'hq', vantages: ['uccx-side'] };
const connect = (outcome: TcpConnect['outcome'], from: object = cuc) =>
  fact(
    'tcp-connect',
    { leg: 'web', host: web.host, port: 443, outcome, code: outcome === 'connected' ? null : 'E' },
    from,
  );

ruleTable(webPort, inbox, [
  {
    name: 'open beside Unity Connection',
    given: [connect('connected')],
    is: 'healthy',
    says: /takes connections from site voice/,
  },
  {
    name: 'refused beside Unity Connection',
    given: [connect('refused')],
    is: 'problem',
    severity: 'critical',
    certainty: 'possible',
    says: /refuses the connection/,
    remedies: [],
    asks: [/W3SVC/, /^Look at whether the service runs/],
  },
  {
    name: 'closed there and open elsewhere',
    given: [connect('timed-out'), connect('connected', hq)],
    is: 'problem',
    severity: 'critical',
    says: /does not answer at all/,
  },
  { name: 'open elsewhere alone', given: [connect('connected', hq)], is: 'unknown', says: /another path/ },
  { name: 'nobody tried', given: [], is: 'unknown', says: /nobody tried/ },
  { name: 'another port of it', given: [fact('tcp-connect', { leg: 'notify' }, cuc)], is: 'unknown' },
  { name: 'no web address', target: inboxTarget(), given: [connect('refused')], is: 'not-applicable' },
  {
    name: 'closed for agent email, which does not need it',
    target: mail,
    given: [connect('refused', hq)],
    is: 'problem',
    severity: 'notice',
    says: /Agent email does not need it/,
  },
  { name: 'open for agent email from anywhere', target: mail, given: [connect('connected')], is: 'healthy' },
]);
