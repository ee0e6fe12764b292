import type { EvidenceKind } from '../domain/evidence/index.js';
import type { Finding } from '../domain/verdict.js';
import { askForJettyLog, askForSyncLog, FROM_EXCHANGE, TO_EXCHANGE, times } from './asks-inbox.js';
import { throttled } from './ews-throttling.js';
import { defineRule, healthy, notApplicable, problem, type Seen, unknown } from './rule.js';
import { inOrder, placeOf } from './seen.js';

const KINDS = [
  'sync-log',
  'notify-log',
  'push-subscriptions',
  'open-ports',
  'exchange-event',
] as const satisfies readonly EvidenceKind[];
type Facts = Seen<(typeof KINDS)[number]>;

export const inboxDirection = defineRule({
  id: 'inbox-direction',
  for: 'cuc-single-inbox',
  leg: null,
  asks: 'In which direction is single inbox at fault: Unity Connection to Exchange, or Exchange to Unity Connection?',
  explains:
    'Calls that failed in the log of Mailbox Sync, and subscriptions that are stale for hours, are faults of Unity Connection to Exchange: then ' +
    'nothing comes, or both ways are late. Missing notifications are faults of Exchange to Unity Connection: then only what is done in Outlook shows ' +
    'late, by a quarter of an hour. Of both, the first comes first. The other rules name the causes.',
  source:
    'https://www.cisco.com/c/en/us/support/docs/unified-communications/unity-connection/118883-technote-cuc-00.html',
  needs: [],
  uses: KINDS,
  behind: [],

  judge(seen, target) {
    if (
      KINDS.every(kind => kind === 'exchange-event' || seen[kind].length === 0) &&
      !seen['exchange-event'].some(isPush)
    )
      return notApplicable('no log, table or list of ports of Unity Connection was read');
    const to = faultsToExchange(seen);
    const from = target.exchange.version === 'online' ? [] : faultsFromExchange(seen, target.cuc.notifyPort);
    if (to.length > 0 || from.length > 0) return problem(finding(to, from));
    const sawTo = seen['sync-log'].some(({ lines }) => lines > 0);
    const sawFrom = seen['notify-log'].some(({ notifications }) => notifications > 0) || isFresh(seen);
    if (sawTo && (sawFrom || target.exchange.version === 'online'))
      return healthy('no fault was seen in either direction');
    return unknown(
      sawTo || sawFrom
        ? `no fault was seen in the direction ${sawTo ? TO_EXCHANGE : FROM_EXCHANGE}, and nothing that was read tells of the other one`
        : 'nothing that was read tells of either direction',
      {
        asks: [
          ...(sawTo ? [] : [askForSyncLog]),
          ...(sawFrom || target.exchange.version === 'online' ? [] : [askForJettyLog]),
        ],
      },
    );
  },
});

const finding = (to: readonly string[], from: readonly string[]): Omit<Finding, 'rule'> => ({
  severity: to.length > 0 ? 'critical' : 'warning',
  certainty: 'proven',
  leads: true,
  says:
    to.length > 0 && from.length > 0
      ? `The fault lies in both directions; look at ${TO_EXCHANGE} first, for without it nothing is subscribed.`
      : to.length > 0
        ? `The fault lies in the direction ${TO_EXCHANGE}: messages do not come over, or both ways are late.`
        : `The fault lies in the direction ${FROM_EXCHANGE}: messages reach Outlook, and what is done there shows up to a quarter of an hour late.`,
  because: [...to.map(words => `${TO_EXCHANGE}: ${words}`), ...from.map(words => `${FROM_EXCHANGE}: ${words}`)],
  asks: [],
  remedies: [],
});

const faultsToExchange = (seen: Facts): string[] => [
  ...inOrder(seen['sync-log']).flatMap(log => {
    const failures = log.failures.reduce((sum, failure) => sum + failure.times, 0);
    const codes = log.codes.filter(({ code }) => throttled(code) || /^Error(?:Imperson|NonExistentMailbox)/.test(code));
    return [
      ...(failures > 0 ? [`${placeOf(log.source)}: ${times(failures, 'call')} failed`] : []),
      ...codes.map(({ code, times: count }) => `${placeOf(log.source)}: ${code}, ${times(count, 'time')}`),
    ];
  }),
  ...inOrder(seen['push-subscriptions']).flatMap(({ source, stale }) =>
    stale.min60 > 0 ? [`${placeOf(source)}: ${times(stale.min60, 'subscription')} stale for over an hour`] : [],
  ),
];

const faultsFromExchange = (seen: Facts, port: number): string[] => [
  ...inOrder(seen['notify-log']).flatMap(log => {
    const where = placeOf(log.source);
    const broken = log.gaps.long + log.gaps.stale;
    return [
      ...(log.renewals > 0 ? [`${where}: ${times(log.renewals, 'subscription')} fell silent and came anew`] : []),
      ...(log.renewals === 0 && broken > 0 ? [`${where}: ${times(broken, 'gap')} of over 11 minutes`] : []),
      ...(log.silentAtEnd > 0 ? [`${where}: ${times(log.silentAtEnd, 'subscription')} silent at the end`] : []),
      ...(log.requests > 0 && log.notifications === 0 ? [`${where}: no notification at all`] : []),
      ...(log.errors.some(({ recovered }) => !recovered) ? [`${where}: Connection Jetty answered with errors`] : []),
    ];
  }),
  ...inOrder(seen['push-subscriptions']).flatMap(({ source, stale }) =>
    stale.min15 > stale.min60 ? [`${placeOf(source)}: ${times(stale.min15 - stale.min60, 'subscription')} stale`] : [],
  ),
  ...inOrder(seen['exchange-event']).flatMap(({ source, about, times: count }) =>
    isPush({ about }) ? [`${placeOf(source)}: Exchange could not deliver ${times(count, 'notification')}`] : [],
  ),
  ...inOrder(seen['open-ports']).flatMap(({ source, filter, isWhole, listening }) =>
    isWhole && filter?.includes(String(port)) && !listening.some(one => one.port === port)
      ? [`${placeOf(source)}: nothing listens on port ${port}`]
      : [],
  ),
];

const isFresh = (seen: Facts): boolean =>
  seen['push-subscriptions'].some(({ rows, nowFrom, stale }) => rows > 0 && nowFrom !== 'newest' && stale.min15 === 0);

const isPush = ({ about }: { about: string }): boolean => about === 'push-failed' || about === 'push-given-up';
