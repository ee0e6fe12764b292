import { inboxDirection } from '../../src/rules/inbox-direction.js';
import { fact, inboxTarget } from '../support/build.js';
import { ruleTable } from '../support/rule-table.js';

const failed = fact('sync-log', {
  failures: [
    {
      cause: 'timeout',
      status: null,
      url: 'ews',
      host: null,
      times: 4,
      users: 1,
      line: 3,
      text: 'Timeout was reached',
    },
  ],
});
const late = fact('notify-log', { renewals: 2 });
const stale = (min15: number, min60: number) => fact('push-subscriptions', { stale: { min15, min20: min60, min60 } });
const givenUp = (body: Parameters<typeof fact<'exchange-event'>>[1] = {}) =>
  fact('exchange-event', { about: 'push-given-up', id: 7, subject: 'cuc.contoso.test:7080', ...body });
const online = inboxTarget({ version: 'online' });

ruleTable(inboxDirection, inboxTarget(), [
  { name: 'nothing was read', given: [], is: 'not-applicable' },
  {
    name: 'events of something else',
    given: [fact('exchange-event', { about: 'imap-per-user' })],
    is: 'not-applicable',
  },
  { name: 'both seen, no fault', given: [fact('sync-log'), fact('notify-log')], is: 'healthy' },
  {
    name: 'one seen, no fault',
    given: [fact('sync-log')],
    is: 'unknown',
    says: /no fault was seen in the direction Unity Connection to Exchange, and nothing/,
    asks: [/^Exchange to Unity Connection: what does the access log/],
  },
  {
    name: 'the other seen, no fault',
    given: [fact('notify-log')],
    is: 'unknown',
    asks: [/^Unity Connection to Exchange: does the log of Mailbox Sync/],
  },
  {
    name: 'of two nodes Exchange calls one',
    given: [fact('sync-log'), fact('notify-log'), fact('notify-log', { notifications: 0, ids: 0, senders: [] })],
    is: 'healthy',
  },
  {
    name: 'of two nodes one listens',
    given: [fact('open-ports'), fact('open-ports', { listening: [] })],
    is: 'unknown',
    says: /tells of either/,
  },
  {
    name: 'rows that a condition chose tell of neither',
    given: [fact('push-subscriptions', { isNarrowed: true })],
    is: 'unknown',
    says: /tells of either/,
  },
  { name: 'a listener alone tells of neither', given: [fact('open-ports')], is: 'unknown', says: /tells of either/ },
  {
    name: 'a table of unknown age tells of neither',
    given: [fact('push-subscriptions', { nowFrom: 'newest' })],
    is: 'unknown',
    says: /tells of either/,
  },
  {
    name: 'calls failed',
    given: [failed, fact('notify-log')],
    is: 'problem',
    certainty: 'proven',
    severity: 'critical',
    findings: 1,
    says: /^The fault lies in the direction Unity Connection to Exchange/,
    because: /4 calls failed/,
    remedies: [],
  },
  {
    name: 'four calls of many failed: no fault of the direction',
    given: [{ ...failed, answered: 1000 }, fact('notify-log')],
    is: 'problem',
    severity: 'warning',
    says: /^In the direction Unity Connection to Exchange few of many fail, so the way itself works/,
  },
  {
    name: 'four calls of many failed, and notifications are late',
    given: [{ ...failed, answered: 1000 }, late],
    is: 'problem',
    severity: 'warning',
    says: /^The fault lies in the direction Exchange to Unity Connection.*Besides, few of many fail/,
  },
  {
    name: 'one user of two hundred is stale for hours',
    given: [fact('push-subscriptions', { rows: 200, stale: { min15: 1, min20: 1, min60: 1 } })],
    is: 'problem',
    severity: 'warning',
    says: /few of many fail/,
  },
  {
    name: 'a limit alone',
    given: [fact('sync-log', { codes: [{ code: 'ErrorServerBusy', times: 1, users: 0, line: 1 }] })],
    is: 'problem',
    says: /direction Unity Connection to Exchange/,
  },
  {
    name: 'a code that says little',
    given: [fact('sync-log', { codes: [{ code: 'ErrorTimeoutExpired', times: 1, users: 0, line: 1 }] })],
    is: 'unknown',
  },
  {
    name: 'notifications are late',
    given: [late, fact('sync-log')],
    is: 'problem',
    certainty: 'likely',
    severity: 'warning',
    says: /^The fault lies in the direction Exchange to Unity Connection: messages reach Outlook/,
  },
  {
    name: 'both directions',
    given: [failed, late],
    is: 'problem',
    certainty: 'likely',
    severity: 'critical',
    says: /both directions; look at Unity Connection to Exchange first/,
  },
  {
    name: 'stale within the cycle',
    given: [stale(3, 0)],
    is: 'problem',
    certainty: 'proven',
    severity: 'warning',
    says: /direction Exchange to Unity Connection/,
  },
  {
    name: 'stale for hours',
    given: [stale(1, 1)],
    is: 'problem',
    certainty: 'likely',
    severity: 'critical',
    says: /direction Unity Connection to Exchange/,
  },
  {
    name: 'nothing listens',
    given: [fact('open-ports', { listening: [] })],
    is: 'problem',
    certainty: 'proven',
    says: /direction Exchange to Unity Connection/,
  },
  {
    name: 'Exchange gave up',
    given: [givenUp()],
    is: 'problem',
    certainty: 'proven',
    says: /direction Exchange to Unity Connection/,
    because: /could not deliver/,
  },
  {
    name: 'Exchange gave up, and nobody knows when',
    given: [givenUp({ first: null, last: null, utc: false })],
    is: 'problem',
    severity: 'warning',
    certainty: 'likely',
    asks: [/When was it/],
  },
  {
    name: 'Exchange gave up three months ago',
    given: [givenUp({ first: null, last: '2026-08-20T07:30:00.000Z' })],
    is: 'problem',
    severity: 'notice',
    certainty: 'possible',
    says: /direction Exchange to Unity Connection.*more than 7 days before this look/,
  },
  {
    name: 'Exchange gave up, and notifications have come since',
    given: [givenUp(), fact('notify-log'), fact('sync-log')],
    is: 'healthy',
  },
  {
    name: 'Exchange gave up three months ago, and the table is stale now',
    given: [givenUp({ first: null, last: '2026-08-20T07:30:00.000Z' }), stale(3, 0)],
    is: 'problem',
    severity: 'warning',
    certainty: 'proven',
  },
  {
    name: 'Exchange gave up on another Unity Connection',
    given: [givenUp({ subject: 'cuc-lyon.contoso.test:7080' })],
    is: 'not-applicable',
  },
  { name: 'Exchange Online has one direction', target: online, given: [fact('sync-log')], is: 'healthy' },
  { name: 'Exchange Online, and a log of the other one', target: online, given: [late], is: 'unknown' },
]);
