import { notifyAnswer } from '../../src/rules/notify-answer.js';
import { fact, inboxTarget } from '../support/build.js';
import { ruleTable } from '../support/rule-table.js';

const beside = { site: 'dc', vantages: ['exchange-side'] };
ruleTable(notifyAnswer, inboxTarget(), [
  {
    name: 'Jetty, seen from beside Exchange',
    given: [fact('notify-http', {}, beside)],
    is: 'healthy',
    says: /answers site dc$/,
  },
  {
    name: 'Jetty, seen from elsewhere',
    given: [fact('notify-http')],
    is: 'healthy',
    says: /Exchange may take another/,
  },
  { name: 'no name', given: [fact('notify-http', { server: null })], is: 'unknown', says: /names no server/ },
  { name: 'nobody looked', given: [], is: 'unknown' },
  {
    name: 'a proxy, beside Exchange',
    given: [fact('notify-http', { via: '1.1 squid', status: 503, server: 'squid/6.1' }, beside)],
    is: 'problem',
    severity: 'critical',
    certainty: 'proven',
    remedies: ['bypass-proxy-for-7080'],
    because: /site dc: «HTTP 503, Server: squid\/6\.1, Via: 1\.1 squid»/,
  },
  {
    name: 'Jetty behind a proxy is a proxy',
    given: [fact('notify-http', { via: '1.1 proxy' })],
    is: 'problem',
    severity: 'warning',
    remedies: [],
    asks: [/another path/],
  },
  {
    name: 'only a telling header',
    given: [fact('notify-http', { proxyHeaders: ['x-squid-error: ERR'] })],
    is: 'problem',
  },
  {
    name: 'another server',
    given: [fact('notify-http', { server: 'Microsoft-IIS/10.0' })],
    is: 'problem',
    certainty: 'likely',
    remedies: [],
    says: /a proxy or balancer in between, or another machine/,
    asks: [/address of Unity Connection/, /another path/],
  },
  {
    name: 'another server, beside Exchange',
    given: [fact('notify-http', { server: 'BigIP' }, beside)],
    is: 'problem',
    certainty: 'likely',
    remedies: ['bypass-proxy-for-7080'],
    asks: [/address of Unity Connection/],
  },
  {
    name: 'TLS',
    given: [fact('notify-http', { outcome: 'not-http', status: null, server: null, text: '\\x15\\x03\\x01' })],
    is: 'problem',
    says: /speaks TLS, and Exchange calls it in plain HTTP/,
  },
  {
    name: 'another protocol',
    given: [
      fact('notify-http', { outcome: 'not-http', status: null, server: null, text: '220 mail.contoso.test ESMTP' }),
    ],
    is: 'problem',
    says: /does not speak plain HTTP/,
  },
  {
    name: 'Jetty with an error of its own',
    given: [fact('notify-http', { status: 503 }, beside)],
    is: 'problem',
    severity: 'critical',
    certainty: 'likely',
    says: /with an error of its own/,
    remedies: [],
  },
  {
    name: 'silence',
    given: [fact('notify-http', { outcome: 'silent', status: null, server: null })],
    is: 'problem',
    certainty: 'possible',
    says: /gives no answer/,
  },
  {
    name: 'Exchange Online',
    target: inboxTarget({ version: 'online' }),
    given: [fact('notify-http')],
    is: 'not-applicable',
  },
]);
