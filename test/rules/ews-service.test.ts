import type { WebAnswer } from '../../src/domain/evidence/web-answer.js';
import { InboxTarget } from '../../src/domain/target.js';
import { autodiscoverService } from '../../src/rules/autodiscover-service.js';
import { ewsService } from '../../src/rules/ews-service.js';
import { fact, inboxTarget } from '../support/build.js';
import { type Row, ruleTable } from '../support/rule-table.js';

const inbox = (version = '2016') =>
  InboxTarget.parse({ ...inboxTarget({ version }), web: { host: 'ex01.contoso.test' } });
const cuc = { site: 'voice', vantages: ['cuc-side'] };
const hq = { site: 'hq', vantages: ['uccx-side'] };
const answer = (body: Partial<WebAnswer> = {}, from: object = cuc) => fact('web-answer', body, from);
const autodiscover = (body: Partial<WebAnswer> = {}, from: object = cuc) =>
  answer({ service: 'autodiscover', ...body }, from);
const stranger = { server: 'nginx/1.22.1', frontEnd: null, schemes: [] };
const SHOW = (noun: string) =>
  `Get-${noun}VirtualDirectory -Server 'EX01' -ADPropertiesOnly | Format-List -Property 'Identity','BasicAuthentication','WindowsAuthentication','ExtendedProtectionTokenChecking'`;
const SHOWN = [SHOW('WebServices'), SHOW('Autodiscover')];

const faults: Row[] = [
  {
    name: 'no way to log in',
    given: [answer({ schemes: [] })],
    is: 'problem',
    severity: 'critical',
    certainty: 'likely',
    says: /EWS at ex01\.contoso\.test port 443, seen from site voice, asks for a login and offers no way/,
    because: /site voice: «HTTP 401, Server: Microsoft-IIS\/10\.0, X-FEServer: EX01»/,
    remedies: ['align-ews-authentication'],
  },
  {
    name: 'none that Unity Connection has',
    given: [answer({ schemes: ['negotiate', 'bearer'] })],
    is: 'problem',
    certainty: 'likely',
    says: /takes bearer and negotiate alone, and Unity Connection logs in with NTLM or Basic/,
    remedies: ['align-ews-authentication'],
  },
  {
    name: 'the same seen from elsewhere carries no change',
    given: [answer({ schemes: [] }, hq)],
    is: 'problem',
    severity: 'warning',
    certainty: 'possible',
    remedies: [],
    asks: [/Which ways to log in/, /may take another path/],
    commands: SHOWN,
  },
  {
    name: 'a proxy in between',
    given: [answer({ via: '1.1 proxy01 (squid)' })],
    is: 'problem',
    severity: 'warning',
    certainty: 'possible',
    says: /through a proxy or balancer/,
    because: /Via: 1\.1 proxy01 \(squid\)/,
    remedies: [],
    commands: SHOWN,
  },
  {
    name: 'forbidden',
    given: [answer({ status: 403, schemes: [] })],
    is: 'problem',
    severity: 'critical',
    says: /refuses whoever asks, before any login/,
    commands: ["Get-OrganizationConfig | Format-List -Property 'Ews*'"],
  },
  {
    name: 'not there',
    given: [answer({ status: 404, schemes: [] })],
    is: 'problem',
    says: /is not there/,
    commands: SHOWN,
  },
  {
    name: 'out of service',
    given: [answer({ status: 503, schemes: [] })],
    is: 'problem',
    says: /MSExchangeServicesAppPool/,
    commands: ["Get-ServerComponentState -Identity 'EX01' | Format-Table -Property 'Component','State' -AutoSize"],
  },
  { name: 'broken', given: [answer({ status: 500, schemes: [] })], is: 'problem', says: /HTTP 500/ },
  {
    name: 'a portal in between',
    given: [answer({ status: 302, schemes: [], location: 'https://portal.contoso.test/login' })],
    is: 'problem',
    says: /sends on to «https:\/\/portal\.contoso\.test\/login»/,
  },
  {
    name: 'a gateway without Exchange behind it',
    given: [answer({ ...stranger, status: 502 })],
    is: 'problem',
    certainty: 'likely',
    says: /gets no answer of Exchange itself/,
    remedies: [],
  },
  {
    name: 'nginx',
    given: [answer({ ...stranger, status: 404 })],
    is: 'problem',
    certainty: 'likely',
    says: /is not answered by Exchange \(HTTP 404, it calls itself «nginx\/1\.22\.1»\)/,
  },
  {
    name: 'Jetty',
    given: [answer({ ...stranger, server: 'Jetty(9.4.50.v20221201)', status: 404 })],
    is: 'problem',
    says: /not answered by Exchange .*Jetty/,
  },
  {
    name: 'a page without a login',
    given: [answer({ status: 200, schemes: [] })],
    is: 'problem',
    says: /without asking for a login/,
  },
  { name: 'a status of its own', given: [answer({ status: 440, schemes: [] })], is: 'problem', says: /HTTP 440/ },
  {
    name: 'no HTTP',
    given: [answer({ outcome: 'not-http', status: null, schemes: [] })],
    is: 'problem',
    certainty: 'proven',
  },
  {
    name: 'headers without end are HTTP all the same',
    given: [answer({ outcome: 'too-much', status: null, schemes: [] })],
    is: 'problem',
    certainty: 'possible',
    says: /sends more than an answer of EWS holds/,
  },
  {
    name: 'silence',
    given: [answer({ outcome: 'silent', status: null, schemes: [] })],
    is: 'problem',
    says: /gives no answer/,
  },
];

ruleTable(ewsService, inbox(), [
  {
    name: 'HTTP 503 that names nobody: a balancer answers so for servers that are gone',
    given: [answer({ status: 503, schemes: [], server: null, frontEnd: null })],
    is: 'problem',
    certainty: 'possible',
    says: /answers HTTP 503 and does not say who answers: a balancer in between without a live server/,
    remedies: [],
  },
  {
    name: 'asks for a login',
    given: [answer()],
    is: 'healthy',
    says: /EWS asks whoever comes for a login and takes negotiate and ntlm, seen from site voice/,
  },
  { name: 'offers Basic alone', given: [answer({ schemes: ['basic'] })], is: 'healthy' },
  { name: 'a balancer that hides the server name', given: [answer({ server: null, frontEnd: null })], is: 'healthy' },
  {
    name: 'another server that asks for a login as EWS does: NTLM passes few of them',
    given: [answer({ server: 'nginx', frontEnd: null })],
    is: 'unknown',
    says: /calls itself «nginx».*nor whether NTLM passes/,
  },
  {
    name: 'another server that asks for Basic, as any web server can',
    given: [answer({ server: 'nginx', frontEnd: null, schemes: ['basic'] })],
    is: 'unknown',
    says: /calls itself «nginx».*whether EWS stands behind it was not seen/,
  },
  {
    name: 'a balancer that logs in first, and names nobody',
    given: [answer({ server: null, frontEnd: null, schemes: ['basic'] })],
    is: 'unknown',
    says: /does not say who it is/,
  },
  {
    name: 'asks elsewhere alone',
    given: [answer({}, hq)],
    is: 'unknown',
    says: /no site stands beside Unity Connection/,
  },
  { name: 'nobody got there', given: [], is: 'unknown' },
  { name: 'only its neighbours were asked', given: [autodiscover()], is: 'unknown' },
  { name: 'no web address', target: inboxTarget(), given: [answer({ status: 404 })], is: 'not-applicable' },
  {
    name: 'two sites, two faults',
    given: [answer({ schemes: [] }), answer({ status: 404 }, hq)],
    is: 'problem',
    findings: 2,
  },
  {
    name: 'OAuth in Exchange Online',
    target: inbox('online'),
    given: [answer({ schemes: ['bearer', 'basic'] })],
    is: 'healthy',
  },
  {
    name: 'no OAuth in Exchange Online',
    target: inbox('online'),
    given: [answer({ schemes: ['basic'] })],
    is: 'problem',
    says: /logs in with OAuth/,
    certainty: 'possible',
    remedies: [],
    commands: [],
  },
  {
    name: 'forbidden in Exchange Online',
    target: inbox('online'),
    given: [answer({ status: 403, schemes: [] })],
    is: 'problem',
    ifSo: ['keep-ews-online'],
  },
  {
    name: 'out of service in 2010',
    target: inbox('2010-sp3'),
    given: [answer({ status: 503, schemes: [] })],
    is: 'problem',
    commands: [],
  },
  ...faults,
]);

ruleTable(autodiscoverService, inbox(), [
  { name: 'asks for a login', given: [autodiscover()], is: 'healthy', says: /Autodiscover asks/ },
  {
    name: 'offers nothing, and EWS does',
    given: [autodiscover({ schemes: [] }), answer()],
    is: 'problem',
    severity: 'warning',
    certainty: 'likely',
    remedies: ['align-ews-authentication'],
  },
  {
    name: 'offers nothing, like EWS: told there',
    given: [autodiscover({ schemes: [] }), answer({ schemes: [] })],
    is: 'unknown',
    says: /ews-service judges that/,
  },
  {
    name: 'EWS answers alike from another site only',
    given: [autodiscover({ status: 404, schemes: [] }), answer({ status: 404, schemes: [] }, hq)],
    is: 'problem',
  },
  { name: 'nobody got there', given: [], is: 'unknown' },
  { name: 'no web address', target: inboxTarget(), given: [], is: 'not-applicable', says: /no web address/ },
]);
