import { notifyListener } from '../../src/rules/notify-listener.js';
import { fact, inboxTarget } from '../support/build.js';
import { ruleTable } from '../support/rule-table.js';

ruleTable(notifyListener, inboxTarget(), [
  { name: 'no list', given: [], is: 'not-applicable', says: /show open ports regexp 7080/ },
  {
    name: 'Exchange Online',
    target: inboxTarget({ version: 'online' }),
    given: [fact('open-ports')],
    is: 'not-applicable',
  },
  {
    name: 'listens',
    given: [fact('open-ports')],
    is: 'healthy',
    says: /port 7080 is listened on by jetty on every address/,
  },
  {
    name: 'listens, and somebody is connected',
    given: [fact('open-ports', { connected: [{ port: 7080, connections: 2, peers: ['10.4.3.11'] }] })],
    is: 'healthy',
    says: /with 2 connected at that moment \(10\.4\.3\.11\)/,
  },
  {
    name: 'nothing listens',
    given: [fact('open-ports', { listening: [] })],
    is: 'problem',
    severity: 'critical',
    certainty: 'proven',
    says: /Connection Jetty is stopped/,
    remedies: [],
  },
  {
    name: 'nothing listens, in a whole list',
    given: [fact('open-ports', { filter: null, listening: [{ port: 25, on: 'any', process: null }] })],
    is: 'problem',
    severity: 'critical',
  },
  {
    name: 'nothing listens by one list, and Connection Jetty by another: two nodes, or two times',
    given: [fact('open-ports', { listening: [] }), fact('open-ports')],
    is: 'problem',
    severity: 'warning',
    certainty: 'possible',
    says: /nothing listens on port 7080 by one list, and something does by another/,
  },
  {
    name: 'narrowed to connections, which show no listener',
    given: [fact('open-ports', { listening: [], filter: '7080->' })],
    is: 'unknown',
  },
  {
    name: 'narrowed to a port that holds the same digits',
    given: [fact('open-ports', { listening: [], filter: '17080' })],
    is: 'unknown',
  },
  {
    name: 'narrowed as netstat shows it',
    given: [fact('open-ports', { listening: [], filter: ':7080' })],
    is: 'problem',
  },
  {
    name: 'the end is missing',
    given: [fact('open-ports', { listening: [], isWhole: false })],
    is: 'unknown',
    asks: [/Does Connection Jetty listen/],
  },
  { name: 'narrowed to another port', given: [fact('open-ports', { listening: [], filter: '443' })], is: 'unknown' },
  { name: 'an empty list', given: [fact('open-ports', { listening: [], filter: null })], is: 'unknown' },
  { name: 'lines were left out', given: [fact('open-ports', { listening: [], leftOut: 3 })], is: 'unknown' },
  {
    name: 'for the machine itself only',
    given: [fact('open-ports', { listening: [{ port: 7080, on: 'loopback', process: 'jetty' }] })],
    is: 'problem',
    says: /for the machine itself only/,
  },
  {
    name: 'by another name',
    given: [fact('open-ports', { listening: [{ port: 7080, on: 'any', process: 'nginx' }] })],
    is: 'unknown',
    says: /listened on by nginx/,
  },
  {
    name: 'another port is configured',
    target: inboxTarget({ cuc: { notifyPort: 7081 } }),
    given: [fact('open-ports')],
    is: 'unknown',
  },
]);
