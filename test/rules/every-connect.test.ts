import { everyConnect } from '../../src/rules/every-connect.js';
import { fact, inboxTarget, mailTarget } from '../support/build.js';
import { ruleTable } from '../support/rule-table.js';

const at = (address: string, outcome = 'connected') => ({ address, outcome, tookMs: 4 });
const first = (...tried: ReturnType<typeof at>[]) =>
  fact('tcp-connect', { tried: tried.length > 0 ? tried : [at('10.4.3.90')] });
const branch = { site: 'branch' };

ruleTable(everyConnect, mailTarget(), [
  { name: 'one address, met once', given: [first()], is: 'not-applicable' },
  { name: 'nobody looked', given: [], is: 'unknown', says: /tcp-connect/ },
  {
    name: 'nothing could be connected to: the rule of the port judges that',
    given: [
      fact('tcp-connect', { outcome: 'refused', tried: [at('10.4.3.90', 'refused'), at('10.4.3.91', 'timed-out')] }),
    ],
    is: 'not-applicable',
  },
  {
    name: 'met three times',
    given: [first(), fact('further-connect'), fact('further-connect')],
    is: 'healthy',
    says: /^each of 3 connections to mail\.contoso\.test port 143 was taken from site hq$/,
  },
  {
    name: 'all addresses serve',
    given: [first(), fact('further-connect', { address: '10.4.3.91' })],
    is: 'healthy',
    says: /^2 of 2 addresses of mail\.contoso\.test take connections on port 143 from site hq$/,
  },
  {
    name: 'an address that nobody tried',
    given: [fact('tcp-connect', { tried: [at('10.4.3.90'), at('::1', 'unreachable')], others: ['10.4.3.91'] })],
    is: 'healthy',
    says: /^1 of 3 addresses.*; nobody tried 10\.4\.3\.91; there is no way from there to ::1$/,
  },
  {
    name: 'the first of two is silent: every other connect meets a dead address',
    given: [first(at('10.4.3.91', 'timed-out'), at('10.4.3.90'))],
    is: 'problem',
    findings: 1,
    severity: 'warning',
    certainty: 'likely',
    remedies: [],
    says: /^1 of the 2 addresses of mail\.contoso\.test does not serve on port 143, seen from site hq: 10\.4\.3\.91 \(timed-out\)\. A client .* meets a dead one at every other connect\.$/,
    because: /site hq, 10\.4\.3\.91: timed-out\nsite hq, 10\.4\.3\.90: connected/,
    asks: [/^Should 10\.4\.3\.91 serve mail\.contoso\.test\?.*take it out of DNS/],
  },
  {
    name: 'one behind the one that answered',
    given: [
      first(),
      fact('further-connect', { address: '10.4.3.91', outcome: 'refused', greeted: null, greeting: null }),
    ],
    is: 'problem',
    severity: 'warning',
    says: /10\.4\.3\.91 \(refused\).*every other connect/,
  },
  {
    name: 'two of three, one of which connects and does not greet',
    given: [
      first(),
      fact('further-connect', { address: '10.4.3.91', outcome: 'refused', greeted: null, greeting: null }),
      fact('further-connect', { address: '10.4.3.92', greeted: false, greeting: null }),
    ],
    is: 'problem',
    says: /^2 of the 3 addresses .* do not serve .*10\.4\.3\.92 \(connected, not greeted\).*at 2 of 3 connects\.$/,
  },
  {
    name: 'only its IPv6 address refuses',
    given: [first(at('2001:db8::90', 'refused'), at('10.4.3.90'))],
    is: 'problem',
    severity: 'notice',
    says: /2001:db8::90 \(refused\)\. All of them are IPv6/,
  },
  {
    name: 'dead for one site, and not for the other',
    given: [
      first(),
      fact('further-connect', { address: '10.4.3.91' }),
      fact('tcp-connect', { tried: [at('10.4.3.91', 'timed-out'), at('10.4.3.90')] }, branch),
    ],
    is: 'problem',
    says: /seen from site branch: 10\.4\.3\.91 \(timed-out\)/,
  },
  {
    name: 'a member of a balancer that does not serve',
    given: [first(), fact('further-connect', { greeted: false, greeting: null }), fact('further-connect')],
    is: 'problem',
    severity: 'warning',
    certainty: 'possible',
    says: /^Of 3 connections to mail\.contoso\.test port 143, one after another from site hq, 1 met nobody \(connected, not greeted\)/,
    asks: [/directly/],
  },
  {
    name: 'not heard in time is not dead',
    given: [first(), fact('further-connect', { greeted: null, greeting: null })],
    is: 'healthy',
  },
  {
    name: 'turned away at every address: the rule of the greeting judges that',
    given: [
      first(),
      fact('imap-greeting', { outcome: 'closed', text: null }),
      fact('further-connect', { address: '10.4.3.91', greeted: false, greeting: null }),
    ],
    is: 'healthy',
  },
  {
    name: 'HTTPS, which agent email does not need',
    given: [
      fact('tcp-connect', { leg: 'web', port: 443, tried: [at('10.4.3.91', 'timed-out'), at('10.4.3.90')] }),
      fact('further-connect', { leg: 'web', port: 443, greeted: null, greeting: null }),
    ],
    is: 'problem',
    severity: 'notice',
  },
  {
    name: 'Unity Connection, whose second address is dead',
    target: inboxTarget(),
    given: [
      fact(
        'tcp-connect',
        { leg: 'notify', host: 'cuc.contoso.test', port: 7080, tried: [at('10.5.0.1', 'timed-out'), at('10.5.0.2')] },
        { vantages: ['exchange-side'] },
      ),
    ],
    is: 'problem',
    severity: 'warning',
    certainty: 'possible',
  },
]);
