import type { BodyOf } from '../../src/domain/evidence/index.js';
import { notifyFlow } from '../../src/rules/notify-flow.js';
import { fact, inboxTarget } from '../support/build.js';
import { ruleTable } from '../support/rule-table.js';

type Log = BodyOf<'notify-log'>;
const OLD = '11111111-0000-0000-0000-000000000000';
const NEW = '22222222-0000-0000-0000-000000000000';
const at = (time: string) => `2026-11-21T${time}.000Z`;

const log = (more: Partial<Log>) => fact('notify-log', more);
const renewed = { renewals: 1, renewed: [{ id: OLD, last: at('07:00:00'), by: NEW, at: at('07:16:42') }] };
const silent = { silentAtEnd: 1, silent: [{ id: OLD, last: at('07:00:00') }] };
const gap = (from: string, to: string) => ({ longestGap: { id: OLD, from: at(from), to: at(to) } });
const sender = (address: string, last: string) => ({
  address,
  notifications: 9,
  first: at('06:00:00'),
  last: at(last),
});
const answers = { ok: 23, unsubscribe: 0, otherBody: 0, clientError: 0, serverError: 0, other: 0 };
const EVENTS = /Events 5 .* 6 .* and 7/;
const WAY = /reach cuc\.contoso\.test on port 7080/;

ruleTable(notifyFlow, inboxTarget(), [
  { name: 'nobody read one', given: [], is: 'not-applicable' },
  { name: 'Exchange Online', target: inboxTarget({ version: 'online' }), given: [log(renewed)], is: 'not-applicable' },
  {
    name: 'every five minutes',
    given: [log({})],
    is: 'healthy',
    says: /^24 notifications of 1 subscription came from 2026-11-21 06:00:00 UTC to 2026-11-21 08:00:00 UTC, none more than 330 s/,
  },
  {
    name: 'nothing in it',
    given: [log({ requests: 0, notifications: 0, from: null, to: null })],
    is: 'unknown',
    says: /no request at all/,
  },
  { name: 'too short to tell', given: [log({ from: at('07:58:00') })], is: 'unknown', says: /covers 2 min 0 s only/ },
  { name: 'times run backwards', given: [log({ outOfOrder: 3 })], is: 'unknown', says: /several logs in one/ },
  { name: 'more than are followed', given: [log({ notFollowed: 1 })], is: 'unknown' },
  {
    name: 'requests, and no notification',
    given: [log({ notifications: 0, ids: 0 })],
    is: 'problem',
    severity: 'warning',
    certainty: 'possible',
    says: /^Exchange to Unity Connection: not one notification came/,
    asks: [/Do the subscriptions get notifications/, EVENTS, WAY],
  },
  {
    name: 'of two nodes Exchange calls one',
    given: [log({}), log({ notifications: 0, ids: 0, senders: [] })],
    is: 'healthy',
    says: /24 notifications of 1 subscription came.*none stands in .*, as of a node that Exchange does not call|none stands in .*24 notifications/,
  },
  {
    name: 'none came to the other node after they had ended here',
    given: [log({}), log({ notifications: 0, ids: 0, senders: [], to: at('10:00:00') })],
    is: 'problem',
    says: /not one notification came/,
  },
  {
    name: 'a new id after sixteen minutes',
    given: [log(renewed)],
    is: 'problem',
    severity: 'warning',
    certainty: 'likely',
    findings: 1,
    says: /^Exchange to Unity Connection is late, not cut off: 1 subscription fell silent/,
    because: /last notified 2026-11-21 07:00:00 UTC, 2{8}-.* first 2026-11-21 07:16:42 UTC, 16 min 42 s later/,
    asks: [EVENTS, WAY],
    remedies: [],
  },
  {
    name: 'again and again',
    given: [log({ ...renewed, renewals: 3, renewedAgain: 2 })],
    is: 'problem',
    says: /3 subscriptions fell silent.*2 of them not for the first time/,
  },
  {
    name: 'a renewal tells more than the gaps beside it',
    given: [log({ ...renewed, gaps: { missed: 1, long: 1, stale: 0 }, ...gap('07:00:00', '07:12:00') })],
    is: 'problem',
    findings: 1,
    says: /late, not cut off/,
  },
  {
    name: 'all at once',
    given: [
      log({
        standstills: 1,
        longestStandstill: { from: at('07:00:00'), to: at('07:12:00'), ids: 40 },
        gaps: { missed: 0, long: 40, stale: 0 },
        ...gap('07:00:00', '07:12:00'),
      }),
    ],
    is: 'problem',
    findings: 1,
    certainty: 'possible',
    says: /all subscriptions fell silent at the same moment, so it was the way/,
    because: /nothing for 12 min 0 s after 2026-11-21 07:00:00 UTC, with 40 subscriptions alive/,
  },
  {
    name: 'one missed',
    given: [log({ gaps: { missed: 1, long: 0, stale: 0 }, ...gap('07:00:00', '07:10:00') })],
    is: 'problem',
    severity: 'notice',
    says: /a retry of Exchange worked/,
  },
  {
    name: 'gaps in which Exchange gives up',
    given: [log({ gaps: { missed: 0, long: 1, stale: 1 }, ...gap('07:00:00', '07:20:00') })],
    is: 'problem',
    severity: 'warning',
    certainty: 'possible',
    says: /2 times a subscription was without/,
  },
  {
    name: 'silent at the end',
    given: [log(silent)],
    is: 'problem',
    severity: 'warning',
    says: /1 subscription had been silent for over 11 minutes when the log ended, and none took their place\.$/,
  },
  {
    name: 'silent at the end, of one Exchange server',
    given: [
      log({ ...silent, senders: [sender('10.4.3.11', '08:00:00'), sender('10.4.3.12', '07:00:00')] }),
      fact('push-messages', {
        subscriptions: [{ id: OLD, exchange: 'ex02.contoso.test', guid: null, created: null, to: null }],
      }),
    ],
    is: 'problem',
    says: /silent is ex02\.contoso\.test by the SubscriptionId and 10\.4\.3\.12 by the address/,
  },
  {
    name: 'an answer of 352 bytes',
    given: [log({ answers: { ...answers, unsubscribe: 1 }, unsubscribed: [{ id: OLD, at: at('07:00:00') }] })],
    is: 'problem',
    severity: 'notice',
    certainty: 'possible',
    says: /by its length one answer tells Exchange to end the subscription/,
  },
  {
    name: 'errors that passed',
    given: [
      log({
        answers: { ...answers, serverError: 2 },
        errors: [{ status: 503, times: 2, first: at('07:00:00'), last: at('07:01:00'), recovered: true }],
      }),
    ],
    is: 'problem',
    severity: 'notice',
    says: /HTTP 503\), Exchange tried again, and it has recovered/,
  },
  {
    name: 'errors that last',
    given: [
      log({
        answers: { ...answers, clientError: 2 },
        errors: [{ status: 404, times: 2, first: at('07:00:00'), last: at('07:01:00'), recovered: false }],
      }),
    ],
    is: 'problem',
    severity: 'warning',
    certainty: 'proven',
    asks: [/Restart Connection Jetty/],
  },
]);
