import { pushSubscriptions } from '../../src/rules/push-subscriptions.js';
import { fact, inboxTarget } from '../support/build.js';
import { ruleTable } from '../support/rule-table.js';

const ID = '11111111-0000-0000-0000-000000000000';
const FRESH = '22222222-0000-0000-0000-000000000000';
const stale = (at: string, more: object = {}) =>
  fact('push-subscriptions', {
    stale: { min15: 1, min20: 0, min60: 0 },
    staleRows: [{ id: ID, at: `2026-11-21T${at}.000Z`, user: null }],
    ...more,
  });
const held = (id: string, exchange: string) => ({ id, exchange, guid: null, created: null, to: null });

ruleTable(pushSubscriptions, inboxTarget(), [
  {
    name: 'one user of two hundred is stale for hours',
    given: [
      fact('push-subscriptions', {
        rows: 200,
        stale: { min15: 1, min20: 1, min60: 1 },
        staleRows: [{ id: '0a37d81c-bc62-47b3-a3d9-30b3c7384211', at: '2026-11-20T08:00:00.000Z', user: 'u1' }],
      }),
    ],
    is: 'problem',
    findings: 2,
    severity: 'warning',
    says: /The other 199 are not, so it is these users and not the service/,
  },
  { name: 'no table', given: [], is: 'not-applicable' },
  {
    name: 'Exchange Online',
    target: inboxTarget({ version: 'online' }),
    given: [stale('07:44:00')],
    is: 'not-applicable',
  },
  {
    name: 'all fresh',
    given: [fact('push-subscriptions')],
    is: 'healthy',
    says: /all 10 subscriptions have had a notification within 15 minutes; «now» is 2026-11-21 08:00:00 UTC, as stated beside the table/,
  },
  {
    name: 'the first ten fresh',
    given: [fact('push-subscriptions', { limit: 10 })],
    is: 'healthy',
    says: /the first 10 subscriptions/,
  },
  {
    name: 'a clock a little ahead',
    given: [fact('push-subscriptions', { aheadMs: 90_000 })],
    is: 'healthy',
    says: /clock is at least 90 s ahead/,
  },
  {
    name: 'a clock far ahead',
    given: [fact('push-subscriptions', { aheadMs: 300_000 })],
    is: 'unknown',
    says: /5 min ahead .*the clocks differ/,
  },
  {
    name: 'nobody knows when',
    given: [fact('push-subscriptions', { nowFrom: 'newest' })],
    is: 'unknown',
    says: /fresh if the table was asked for before 2026-11-21 08:11:00 UTC/,
    asks: [/When was the table asked for/],
  },
  {
    name: 'no time could be read',
    given: [fact('push-subscriptions', { newest: null, oldest: null, unreadable: 10 })],
    is: 'unknown',
  },
  {
    name: 'empty',
    given: [fact('push-subscriptions', { rows: 0, newest: null, oldest: null })],
    is: 'problem',
    severity: 'warning',
    certainty: 'possible',
    says: /not one push subscription/,
  },
  {
    name: 'empty, and its end is missing',
    given: [fact('push-subscriptions', { rows: 0, isWhole: false, newest: null, oldest: null })],
    is: 'unknown',
  },
  {
    name: 'some stale, within the cycle',
    given: [stale('07:44:00')],
    is: 'problem',
    severity: 'warning',
    certainty: 'proven',
    findings: 1,
    says: /^Exchange to Unity Connection: 1 of 10 subscriptions had no notification for over 15 minutes \(2026-11-21 07:45:00 UTC\)\.$/,
    because: /last notified 2026-11-21 07:44:00 UTC, 16 min 0 s before/,
    remedies: [],
  },
  {
    name: 'one stale for hours',
    given: [stale('01:12:31', { stale: { min15: 1, min20: 1, min60: 1 } })],
    is: 'problem',
    findings: 2,
    says: /Unity Connection to Exchange: 1 subscription is stale for over an hour, so subscribing anew fails as well/,
    asks: [/Events 5/, /reach cuc/, /does the log of Mailbox Sync/],
  },
  {
    name: 'those of one Exchange server',
    given: [
      stale('07:44:00', { freshIds: [FRESH] }),
      fact('push-messages', { subscriptions: [held(ID, 'ex02.contoso.test'), held(FRESH, 'ex01.contoso.test')] }),
    ],
    is: 'problem',
    says: /those of ex02\.contoso\.test are among them, and none of it is fresh/,
  },
  {
    name: 'of an Exchange server that also holds fresh ones',
    given: [
      stale('07:44:00', { freshIds: [FRESH] }),
      fact('push-messages', { subscriptions: [held(ID, 'ex01.contoso.test'), held(FRESH, 'ex01.contoso.test')] }),
    ],
    is: 'problem',
    says: /UTC\)\.$/,
  },
]);
