import type { EvidenceOf } from '../domain/evidence/index.js';
import type { InboxTarget } from '../domain/target.js';
import type { Finding } from '../domain/verdict.js';
import { byHand } from '../remedies/steps.js';
import {
  askForPushEvents,
  askForTable,
  askForWayFromExchange,
  FROM_EXCHANGE,
  lengthOf,
  NOT_ONLINE,
  times,
  utc,
} from './asks-inbox.js';
import { defineRule, healthy, notApplicable, problem, unknown } from './rule.js';
import { inOrder, listed, placeOf } from './seen.js';

type Log = EvidenceOf<'notify-log'>;
type Messages = EvidenceOf<'push-messages'>;
type Body = Omit<Finding, 'rule'>;

export const notifyFlow = defineRule({
  id: 'notify-flow',
  for: 'cuc-single-inbox',
  leg: 'notify',
  asks: 'Does every subscription of Unity Connection get its notifications in time?',
  explains:
    'Exchange notifies each subscription at least every five minutes. Up to 330 s between two is healthy, up to 660 s one or two were missed and a ' +
    'retry worked; longer, Exchange has most likely given up. Unity Connection subscribes anew after 15 to 17 minutes, so a new id about that time ' +
    'after an old one fell silent means late, not cut off. Bodies are not in such a log: 343 and 352 bytes are told apart by their length.',
  source:
    'https://www.cisco.com/c/en/us/support/docs/unified-communications/unity-connection/118883-technote-cuc-00.html',
  needs: [],
  uses: ['notify-log', 'push-messages'],
  behind: ['notify-listener'],

  judge({ 'notify-log': seen, 'push-messages': messages }, target) {
    if (target.exchange.version === 'online') return notApplicable(NOT_ONLINE);
    const logs = inOrder(seen);
    if (logs.length === 0) return notApplicable('no access log of Connection Jetty was read');
    const called = logs.filter(log => !isOfIdleNode(log, logs));
    const findings = called.flatMap(log => findingsFor(log, target, inOrder(messages)));
    if (findings.length > 0) return problem(...findings);
    const doubts = called.flatMap(doubtOf);
    if (doubts.length > 0) return unknown(listed(doubts), { missing: ['notify-log'] });
    return healthy(logs.map(log => (called.includes(log) ? healthyWords(log) : idleWords(log))).join('; '));
  },
});

/** Exchange calls one node of a cluster: of the other one a log without notifications is as it should be, while they come here. */
export const isOfIdleNode = (log: Log, logs: readonly Log[]): boolean =>
  log.requests > 0 &&
  log.notifications === 0 &&
  logs.some(
    ({ notifications, senders }) =>
      notifications > 0 &&
      senders.some(({ first }) => apart(log.from, first) <= IDLE_MS) &&
      senders.some(({ last }) => apart(last, log.to) <= IDLE_MS),
  );
/** How long after a moment another one is. */
const apart = (from: string | null, to: string | null): number => Date.parse(to ?? '') - Date.parse(from ?? '');
const IDLE_MS = 900_000;
const idleWords = (log: Log): string =>
  `none stands in ${placeOf(log.source)}, as of a node that Exchange does not call`;

const findingsFor = (log: Log, target: InboxTarget, messages: readonly Messages[]): Body[] => {
  if (log.requests === 0) return [];
  if (log.notifications === 0) return [nothingCame(log, target)];
  const where = placeOf(log.source);
  return [
    ...(log.renewals > 0 ? [renewed(log, target)] : standingStill(log, target)),
    ...(log.silentAtEnd > 0 ? [silent(log, target, messages)] : []),
    ...errors(log),
    ...(log.answers.unsubscribe > 0 ? [unsubscribed(log)] : []),
  ].map(finding => ({ ...finding, because: finding.because.map(words => `${where}: ${words}`) }));
};

const nothingCame = (log: Log, target: InboxTarget): Body => ({
  severity: 'warning',
  certainty: 'possible',
  says: `${FROM_EXCHANGE}: not one notification came ${spanOf(log)}: nothing is subscribed, or notifications go elsewhere (to the other node of a cluster) or are blocked.`,
  because: [`${placeOf(log.source)}: ${times(log.requests, 'request')}, none of them to NotificationService`],
  asks: [askForTable, askForPushEvents(target), askForWayFromExchange(target)],
  remedies: [],
});

const renewed = (log: Log, target: InboxTarget): Body => {
  const [first] = log.renewed;
  const again = log.renewedAgain > 0 ? `, and ${log.renewedAgain} of them not for the first time` : '';
  return {
    severity: 'warning',
    certainty: 'likely',
    says:
      `${FROM_EXCHANGE} is late, not cut off: ${times(log.renewals, 'subscription')} fell silent, and about a quarter of an hour later Unity ` +
      `Connection had subscribed anew${again}. Something kept notifications from arriving for over seven minutes.`,
    because: log.renewed
      .slice(0, 3)
      .map(
        ({ id, last, by, at }) =>
          `${id} last notified ${utc(last)}, ${by} first ${utc(at)}, ${lengthOf(last, at)} later`,
      )
      .concat(first ? [] : [times(log.renewals, 'renewal')]),
    asks: [askForPushEvents(target), askForWayFromExchange(target)],
    remedies: [],
  };
};

/** What intervals alone tell; after a renewal they would say the same again. */
const standingStill = (log: Log, target: InboxTarget): Body[] => {
  const { gaps, longestGap, standstills, longestStandstill } = log;
  const broken = gaps.long + gaps.stale;
  if (longestStandstill && standstills > 0)
    return [
      {
        severity: 'warning',
        certainty: 'possible',
        says:
          `${FROM_EXCHANGE}: all subscriptions fell silent at the same moment${standstills === 1 ? '' : `, ${standstills} times`}, so it was the ` +
          'way, Exchange as a whole or Connection Jetty, and not one subscription.',
        because: [
          `nothing for ${lengthOf(longestStandstill.from, longestStandstill.to)} after ${utc(longestStandstill.from)}, with ${longestStandstill.ids} subscriptions alive`,
        ],
        asks: [
          askForPushEvents(target),
          { says: 'Was Exchange, IIS or Unity Connection restarted at that time?', steps: [] },
        ],
        remedies: [],
      },
    ];
  if (!longestGap || broken + gaps.missed === 0) return [];
  const because = [
    `${longestGap.id}: ${lengthOf(longestGap.from, longestGap.to)} without a notification after ${utc(longestGap.from)}`,
    `gaps above 330 s: ${gaps.missed}; above 660 s: ${gaps.long}; above 900 s: ${gaps.stale}`,
  ];
  if (broken === 0)
    return [
      {
        severity: 'notice',
        certainty: 'proven',
        says: `${FROM_EXCHANGE}: ${times(gaps.missed, 'time')} a notification was missed and a retry of Exchange worked.`,
        because,
        asks: [],
        remedies: [],
      },
    ];
  return [
    {
      severity: 'warning',
      certainty: 'possible',
      says: `${FROM_EXCHANGE}: ${times(broken, 'time')} a subscription was without notifications for over 11 minutes, after which Exchange has mostly given up.`,
      because,
      asks: [askForPushEvents(target), askForWayFromExchange(target)],
      remedies: [],
    },
  ];
};

const silent = (log: Log, target: InboxTarget, messages: readonly Messages[]): Body => {
  const servers = serversOf(log, messages);
  const senders = log.to === null ? [] : silentSenders(log, log.to);
  const whose = [
    ...(servers.length > 0 ? [`${listed(servers)} by the SubscriptionId`] : []),
    ...(senders.length > 0 ? [`${listed(senders)} by the address`] : []),
  ];
  return {
    severity: 'warning',
    certainty: 'possible',
    says:
      `${FROM_EXCHANGE}: ${times(log.silentAtEnd, 'subscription')} had been silent for over 11 minutes when the log ended, and none took their place` +
      `${whose.length > 0 ? `; silent is ${listed(whose)}` : ''}.`,
    because: log.silent
      .slice(0, 5)
      .map(({ id, last }) => `${id} last notified ${utc(last)}, and the log goes on to ${utc(log.to ?? last)}`),
    asks: [askForTable, askForPushEvents(target), askForWayFromExchange(target)],
    remedies: [],
  };
};

/** The Exchange servers that hold the silent subscriptions, where their SubscriptionIds were read. */
const serversOf = ({ silent: ids }: Log, messages: readonly Messages[]): string[] => {
  const found = messages
    .flatMap(({ subscriptions }) => subscriptions)
    .filter(({ id }) => ids.some(one => one.id === id))
    .flatMap(({ exchange }) => exchange ?? []);
  return [...new Set(found)].sort();
};

const silentSenders = ({ senders }: Log, to: string): string[] => {
  const quiet = senders.filter(({ last }) => Date.parse(to) - Date.parse(last) > 660_000);
  return quiet.length < senders.length ? quiet.map(({ address }) => address).sort() : [];
};

const errors = ({ errors: all, answers }: Log): Body[] => {
  if (all.length === 0) return [];
  const last = all.every(({ recovered }) => recovered);
  return [
    {
      severity: last ? 'notice' : 'warning',
      certainty: 'proven',
      says:
        `${FROM_EXCHANGE}: Connection Jetty itself answered ${times(answers.clientError + answers.serverError, 'notification')} with an error ` +
        `(HTTP ${listed(all.map(({ status }) => String(status)))})${last ? ', Exchange tried again, and it has recovered' : ''}.`,
      because: all.map(
        one => `HTTP ${one.status} ${times(one.times, 'time')}, from ${utc(one.first)} to ${utc(one.last)}`,
      ),
      asks: last
        ? []
        : [
            {
              says: 'Does it last? Restart Connection Jetty out of hours; the micro trace EWSNotify says what is wrong with a notification.',
              steps: [byHand('Unity Connection Serviceability, Tools, Service Management: Connection Jetty')],
            },
          ],
      remedies: [],
    },
  ];
};

const unsubscribed = ({ answers, unsubscribed: all }: Log): Body => ({
  severity: answers.unsubscribe > 1 ? 'warning' : 'notice',
  certainty: 'possible',
  says:
    `${FROM_EXCHANGE}: by its length ${answers.unsubscribe === 1 ? 'one answer tells' : `${answers.unsubscribe} answers tell`} Exchange to end ` +
    'the subscription: Unity Connection did not know that id. Once, as after a restart, it is harmless.',
  because: all.slice(0, 5).map(({ id, at }) => `352 bytes to ${id} at ${utc(at)}`),
  asks: [{ says: 'Does it come again? Then look at what subscribes beside Mailbox Sync.', steps: [] }],
  remedies: [],
});

/** Why nothing can be said although nothing was seen. */
const doubtOf = (log: Log): string[] => {
  if (log.requests === 0 || log.from === null || log.to === null)
    return [`${placeOf(log.source)} holds no request at all`];
  if (log.outOfOrder > 0)
    return [
      `times run backwards in ${placeOf(log.source)}, so intervals cannot be trusted: several logs in one, or a clock that was set`,
    ];
  if (Date.parse(log.to) - Date.parse(log.from) < 330_000)
    return [
      `${placeOf(log.source)} covers ${lengthOf(log.from, log.to)} only, less than from one notification to the next`,
    ];
  return log.notFollowed > 0 ? [`${placeOf(log.source)} has more subscriptions than are followed`] : [];
};

const healthyWords = (log: Log): string =>
  `${times(log.notifications, 'notification')} of ${times(log.ids, 'subscription')} came ${spanOf(log)}, none more than 330 s after the one before; ` +
  'what is late in spite of that is late behind Connection Jetty';

const spanOf = ({ from, to }: Log): string => (from && to ? `from ${utc(from)} to ${utc(to)}` : 'in it');
