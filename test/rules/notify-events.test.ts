import { notifyEvents } from '../../src/rules/notify-events.js';
import { fact, inboxTarget } from '../support/build.js';
import { ruleTable } from '../support/rule-table.js';

type EventBody = Parameters<typeof fact<'exchange-event'>>[1];
const event = (of: string | null, detail: string | null = null, more: EventBody = {}) =>
  fact('exchange-event', {
    about: 'push-failed',
    provider: 'MSExchange Web Services',
    id: 6,
    subject: 'cuc.contoso.test:7080',
    limit: null,
    of,
    detail,
    ...more,
  });
const at = (last: string) => ({ first: last, last });
const resolved = (address: string) =>
  fact('tcp-connect', { leg: 'notify', host: 'cuc.contoso.test', port: 7080, address });

ruleTable(notifyEvents, inboxTarget(), [
  { name: 'nothing was read', given: [], is: 'not-applicable', says: /that alone proves nothing/ },
  {
    name: 'no connection',
    given: [event('ConnectFailure')],
    is: 'problem',
    severity: 'warning',
    certainty: 'proven',
    says: /no connection came about, so the path from Exchange is cut/,
    remedies: ['open-port-7080'],
  },
  {
    name: 'Exchange gave up: one finding for one way to fail, and critical',
    given: [event('ConnectFailure'), event('ConnectFailure', null, { about: 'push-given-up', id: 7 })],
    is: 'problem',
    severity: 'critical',
    findings: 1,
    says: /gave up and removed/,
  },
  {
    name: 'a proxy answered',
    given: [event('ProtocolError', '407')],
    is: 'problem',
    certainty: 'proven',
    says: /it was answered 407, which is a proxy/,
    remedies: ['bypass-proxy-for-7080'],
  },
  {
    name: 'answered 503, which an ill Jetty does too',
    given: [event('ProtocolError', '503')],
    is: 'problem',
    certainty: 'likely',
    says: /it was answered 503, which a proxy does, and Connection Jetty only when it is ill/,
    asks: [/in the access log of Connection Jetty/],
    remedies: ['bypass-proxy-for-7080'],
  },
  {
    name: 'no answer in time',
    given: [event('Timeout')],
    is: 'problem',
    certainty: 'possible',
    says: /packets are dropped or Unity Connection is overloaded/,
    remedies: [],
  },
  {
    name: 'the page of a proxy',
    given: [event('too-large')],
    is: 'problem',
    certainty: 'likely',
    says: /as the page of a proxy is/,
    remedies: ['bypass-proxy-for-7080'],
  },
  {
    name: 'a name that is not known there',
    given: [event('NameResolutionFailure')],
    is: 'problem',
    certainty: 'proven',
    says: /name could not be resolved/,
    remedies: [],
  },
  {
    name: 'an answer of Unity Connection itself',
    given: [event('ProtocolError', '500')],
    is: 'problem',
    certainty: 'possible',
    says: /neither path nor proxy/,
    remedies: [],
  },
  {
    name: 'no details',
    given: [event(null, null, { subject: null })],
    is: 'problem',
    certainty: 'possible',
    says: /does not say how it failed/,
    remedies: [],
  },
  {
    name: 'three months ago',
    given: [event('ConnectFailure', null, at('2026-08-20T07:30:00.000Z'))],
    is: 'problem',
    severity: 'notice',
    certainty: 'possible',
    says: /says nothing about now/,
    remedies: [],
  },
  {
    name: 'an access log with notifications after it',
    given: [event('ConnectFailure'), fact('notify-log')],
    is: 'healthy',
    says: /^event 6 of MSExchange Web Services .*: notifications have come through since, so that is over/,
  },
  {
    name: 'a table that is fresh after it',
    given: [event('ConnectFailure'), fact('push-subscriptions')],
    is: 'healthy',
  },
  {
    name: 'no connection then, and one from beside Exchange now',
    given: [
      event('ConnectFailure'),
      fact('tcp-connect', { leg: 'notify', port: 7080 }, { vantages: ['exchange-side'] }),
    ],
    is: 'healthy',
    says: /connections from beside Exchange come about again$/,
  },
  {
    name: 'no connection then, and one from elsewhere now',
    given: [event('ConnectFailure'), fact('tcp-connect', { leg: 'notify', port: 7080 })],
    is: 'problem',
    certainty: 'proven',
  },
  {
    name: 'a proxy answered: that a connection comes about says nothing of it',
    given: [
      event('ProtocolError', '407'),
      fact('tcp-connect', { leg: 'notify', port: 7080 }, { vantages: ['exchange-side'] }),
    ],
    is: 'problem',
    certainty: 'proven',
  },
  {
    name: 'a table in which others are stale: some still fail',
    given: [event('ConnectFailure'), fact('push-subscriptions', { stale: { min15: 3, min20: 0, min60: 0 } })],
    is: 'problem',
    certainty: 'proven',
  },
  {
    name: 'a log that ends before it',
    given: [event('ConnectFailure', null, at('2026-11-21T08:30:00.000Z')), fact('notify-log')],
    is: 'problem',
  },
  {
    name: 'several Exchange servers: notifications may come from the one that works',
    target: inboxTarget({ servers: ['EX01', 'EX02'] }),
    given: [event('ConnectFailure'), fact('notify-log')],
    is: 'problem',
    certainty: 'proven',
  },
  {
    name: 'named by its address, and nobody has resolved the name',
    given: [event('ConnectFailure', null, { subject: '10.93.132.92:7080' })],
    is: 'problem',
    says: /to 10\.93\.132\.92:7080/,
  },
  {
    name: 'named by the address that its name has',
    given: [event('ConnectFailure', null, { subject: '10.93.132.92:7080' }), resolved('10.93.132.92')],
    is: 'problem',
    certainty: 'proven',
  },
  {
    name: 'named by an address that its name has not',
    given: [event('ConnectFailure', null, { subject: '10.93.132.77:7080' }), resolved('10.93.132.92')],
    is: 'unknown',
    says: /10\.93\.132\.77:7080, which is not the name that this target has/,
    asks: [/this Unity Connection by another name/],
  },
  {
    name: 'named without its domain',
    given: [event('ConnectFailure', null, { subject: 'CUC:7080' })],
    is: 'problem',
  },
  {
    name: 'another Unity Connection',
    given: [event('ConnectFailure', null, { subject: 'cuc-lyon.contoso.test:7080' })],
    is: 'unknown',
    says: /cuc-lyon\.contoso\.test:7080/,
  },
  {
    name: 'another listener',
    given: [event('ConnectFailure', null, { subject: 'crm.contoso.test:443' })],
    is: 'not-applicable',
  },
  {
    name: 'Exchange Online',
    target: inboxTarget({ version: 'online' }),
    given: [event('ConnectFailure')],
    is: 'not-applicable',
  },
]);
