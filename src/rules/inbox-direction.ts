import type { EvidenceKind, EvidenceOf } from '../domain/evidence/index.js';
import type { InboxTarget } from '../domain/target.js';
import type { Finding } from '../domain/verdict.js';
import { areFew, askForJettyLog, askForSyncLog, FROM_EXCHANGE, TO_EXCHANGE, times } from './asks-inbox.js';
import { atStanding, bestStanding, byStanding, certaintyAt, datedAsk, type Standing } from './event-time.js';
import { throttled } from './ews-throttling.js';
import { isPush, overSince, whoseListener } from './notify-events.js';
import { isOfIdleNode } from './notify-flow.js';
import { wouldShow } from './notify-listener.js';
import { defineRule, healthy, notApplicable, problem, type Seen, unknown } from './rule.js';
import { inOrder, placeOf } from './seen.js';

const KINDS = [
  'sync-log',
  'notify-log',
  'push-subscriptions',
  'open-ports',
  'exchange-event',
  'tcp-connect',
] as const satisfies readonly EvidenceKind[];
/** What alone tells of no direction. */
const BESIDES: readonly EvidenceKind[] = ['exchange-event', 'tcp-connect'];
type Facts = Seen<(typeof KINDS)[number]>;
type Event = EvidenceOf<'exchange-event'>;

export const inboxDirection = defineRule({
  id: 'inbox-direction',
  for: 'cuc-single-inbox',
  leg: null,
  asks: 'In which direction is single inbox at fault: Unity Connection to Exchange, or Exchange to Unity Connection?',
  explains:
    'Calls that failed in the log of Mailbox Sync, and subscriptions that are stale for hours, are faults of Unity Connection to Exchange: then ' +
    'nothing comes, or both ways are late. Missing notifications are faults of Exchange to Unity Connection: then only what is done in Outlook shows ' +
    'late, by a quarter of an hour. Of both, the first comes first, unless only few of many fail there. Events count for a week, and not where notifications came through later. ' +
    'The other rules name the causes.',
  source:
    'https://www.cisco.com/c/en/us/support/docs/unified-communications/unity-connection/118883-technote-cuc-00.html',
  needs: [],
  uses: KINDS,
  behind: [],

  judge(seen, target, now) {
    const pushes = seen['exchange-event'].filter(event => isPush(event) && isHere(event, seen, target));
    if (KINDS.every(kind => BESIDES.includes(kind) || seen[kind].length === 0) && pushes.length === 0)
      return notApplicable('no log, table or list of ports of Unity Connection was read');
    const online = target.exchange.version === 'online';
    const to = faultsToExchange(seen);
    const events = online ? [] : byStanding(inOrder(pushes), now, overSince(seen, target));
    const worth = (...these: Standing[]) =>
      events.filter(({ standing }) => these.includes(standing)).flatMap(({ all }) => all.map(undelivered));
    const from = online ? [] : faultsFromExchange(seen, target.cuc.notifyPort);
    const recent = [...from, ...worth('current', 'undated')];
    if (to.length > 0 || recent.length > 0)
      return problem(finding(to, recent, to.length + from.length > 0 ? 'current' : bestOf(events)));
    const [past] = events.filter(({ standing }) => standing === 'old');
    if (past) return problem(atStanding(finding([], past.all.map(undelivered), 'current'), past.standing));
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

/** Events that are no fault of this one, or that are over, point nowhere. */
const isHere = ({ subject }: Event, { 'tcp-connect': connects }: Facts, target: InboxTarget): boolean =>
  whoseListener(
    subject,
    connects.filter(({ leg }) => leg === 'notify'),
    target,
  ) === 'ours';

const bestOf = (groups: readonly { standing: Standing }[]): Standing =>
  bestStanding(groups.map(({ standing }) => standing));

/** `seen`: something failed, or is late by a clock. What is made of a silence in a log, or of a lateness of hours, is likely and no more. */
type Fault = { words: string; seen: boolean };
/** `few`: one in a hundred calls, or a handful of many subscriptions. The way works, and they have something in common. */
type FaultTo = Fault & { few: boolean };

/** @param standing what it rests on is worth: events without a date may be of any time */
const finding = (to: readonly FaultTo[], from: readonly Fault[], standing: Standing): Omit<Finding, 'rule'> => {
  const few = to.length > 0 && to.every(fault => fault.few);
  return {
    severity: to.length > 0 && !few ? 'critical' : 'warning',
    certainty: certaintyAt(standing, [to, from].every(wasSeen) ? 'proven' : 'likely'),
    leads: true,
    says: few ? ofFew(from.length > 0) : ofAll(to.length > 0, from.length > 0),
    because: [
      ...to.map(({ words }) => `${TO_EXCHANGE}: ${words}`),
      ...from.map(({ words }) => `${FROM_EXCHANGE}: ${words}`),
    ],
    asks: standing === 'undated' ? [datedAsk] : [],
    remedies: [],
  };
};

/** One that was seen is enough for a direction; one without any fault needs none. */
const wasSeen = (faults: readonly Fault[]): boolean => faults.length === 0 || faults.some(({ seen }) => seen);

const FROM_WORDS = `The fault lies in the direction ${FROM_EXCHANGE}: messages reach Outlook, and what is done there shows up to a quarter of an hour late`;

const ofAll = (to: boolean, from: boolean): string => {
  if (to && from)
    return `The fault lies in both directions; look at ${TO_EXCHANGE} first, for without it nothing is subscribed.`;
  return to
    ? `The fault lies in the direction ${TO_EXCHANGE}: messages do not come over, or both ways are late.`
    : `${FROM_WORDS}.`;
};

const ofFew = (from: boolean): string =>
  from
    ? `${FROM_WORDS}. Besides, few of many fail in the direction ${TO_EXCHANGE}.`
    : `In the direction ${TO_EXCHANGE} few of many fail, so the way itself works: look at what these have in common.`;

const faultsToExchange = (seen: Facts): FaultTo[] => [
  ...inOrder(seen['sync-log']).flatMap(log => {
    const isRare = (count: number) => log.answered >= 100 * count;
    const failures = log.failures.reduce((sum, failure) => sum + failure.times, 0);
    const codes = log.codes.filter(({ code }) => throttled(code) || /^Error(?:Imperson|NonExistentMailbox)/.test(code));
    return [
      ...(failures > 0
        ? [{ words: `${placeOf(log.source)}: ${times(failures, 'call')} failed`, seen: true, few: isRare(failures) }]
        : []),
      ...codes.map(({ code, times: count }) => ({
        words: `${placeOf(log.source)}: ${code}, ${times(count, 'time')}`,
        seen: true,
        few: isRare(count),
      })),
    ];
  }),
  ...inOrder(seen['push-subscriptions']).flatMap(({ source, stale, rows }) =>
    stale.min60 > 0
      ? [
          {
            words: `${placeOf(source)}: ${times(stale.min60, 'subscription')} stale for over an hour`,
            seen: false,
            few: areFew(stale.min60, rows),
          },
        ]
      : [],
  ),
];

const faultsFromExchange = (seen: Facts, port: number): Fault[] => [
  ...inOrder(seen['notify-log']).flatMap(log => {
    const where = placeOf(log.source);
    const broken = log.gaps.long + log.gaps.stale;
    return [
      ...(log.renewals > 0
        ? [missed(`${where}: ${times(log.renewals, 'subscription')} fell silent and came anew`)]
        : []),
      ...(log.renewals === 0 && broken > 0 ? [missed(`${where}: ${times(broken, 'gap')} of over 11 minutes`)] : []),
      ...(log.silentAtEnd > 0 ? [missed(`${where}: ${times(log.silentAtEnd, 'subscription')} silent at the end`)] : []),
      ...(log.requests > 0 && log.notifications === 0 && !isOfIdleNode(log, seen['notify-log'])
        ? [missed(`${where}: no notification at all`)]
        : []),
      ...(log.errors.some(({ recovered }) => !recovered)
        ? [failed(`${where}: Connection Jetty answered with errors`)]
        : []),
    ];
  }),
  ...inOrder(seen['push-subscriptions']).flatMap(({ source, stale }) =>
    stale.min15 > stale.min60
      ? [failed(`${placeOf(source)}: ${times(stale.min15 - stale.min60, 'subscription')} stale`)]
      : [],
  ),
  ...deafOf(seen, port).map(({ source }) => failed(`${placeOf(source)}: nothing listens on port ${port}`)),
];
/** Where another list has the listener, one of them may be of the node that nobody calls. */
const deafOf = ({ 'open-ports': lists }: Facts, port: number) =>
  lists.some(list => listensOn(list, port)) ? [] : inOrder(lists).filter(list => wouldShow(list, port));
const listensOn = ({ listening }: EvidenceOf<'open-ports'>, port: number): boolean =>
  listening.some(one => one.port === port);
const failed = (words: string): Fault => ({ words, seen: true });
const missed = (words: string): Fault => ({ words, seen: false });

const isFresh = (seen: Facts): boolean =>
  seen['push-subscriptions'].some(
    ({ rows, nowFrom, stale, isNarrowed }) => rows > 0 && !isNarrowed && nowFrom !== 'newest' && stale.min15 === 0,
  );

const undelivered = ({ source, times: count }: Event): Fault =>
  failed(`${placeOf(source)}: Exchange could not deliver ${times(count, 'notification')}`);
