import { pushMessages } from '../../src/rules/push-messages.js';
import { fact, inboxTarget } from '../support/build.js';
import { ruleTable } from '../support/rule-table.js';

const answers = (more: object) => fact('push-messages', { answers: { ok: 0, unsubscribe: 0, other: 0, ...more } });
const nothing = { keepAlives: 0, subscriptions: [], answers: { ok: 0, unsubscribe: 0, other: 0 } };

ruleTable(pushMessages, inboxTarget(), [
  { name: 'none', given: [], is: 'not-applicable' },
  {
    name: 'Exchange Online',
    target: inboxTarget({ version: 'online' }),
    given: [fact('push-messages')],
    is: 'not-applicable',
  },
  {
    name: 'a keep-alive and its answer',
    given: [fact('push-messages')],
    is: 'healthy',
    says: /1 keep-alive and 1 answer OK; held by ex01\.contoso\.test since 2026-11-21 05:00:00 UTC, which must reach Unity Connection/,
  },
  {
    name: 'a subscription asked for',
    given: [fact('push-messages', { ...nothing, subscribes: 1, statusFrequencyMin: 5 })],
    is: 'healthy',
    says: /with a keep-alive every 5 min/,
  },
  {
    name: 'ended',
    given: [answers({ unsubscribe: 1 })],
    is: 'problem',
    severity: 'notice',
    certainty: 'proven',
    says: /answered with Unsubscribe/,
  },
  { name: 'neither', given: [answers({ other: 1 })], is: 'unknown', says: /neither OK nor Unsubscribe/ },
  { name: 'nothing in it', given: [fact('push-messages', nothing)], is: 'unknown' },
  {
    name: 'refused by a limit',
    given: [fact('push-messages', { subscribed: [{ code: 'ErrorExceededSubscriptionCount', times: 1 }] })],
    is: 'problem',
    severity: 'critical',
    certainty: 'likely',
    says: /^Unity Connection to Exchange: Exchange refuses a subscription by a limit/,
    asks: [/Which limit/],
  },
  {
    name: 'refused otherwise',
    given: [fact('push-messages', { subscribed: [{ code: 'ErrorInvalidPushSubscriptionUrl', times: 1 }] })],
    is: 'problem',
    certainty: 'possible',
  },
]);
