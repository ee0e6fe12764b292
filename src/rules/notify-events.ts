import type { IsoTime } from '../domain/clock.js';
import type { EvidenceOf } from '../domain/evidence/index.js';
import type { Remedy } from '../domain/remedy.js';
import { shortName } from '../domain/server-name.js';
import type { InboxTarget } from '../domain/target.js';
import type { Ask, Finding } from '../domain/verdict.js';
import { bypassProxyFor7080 } from '../remedies/bypass-proxy-for-7080.js';
import { openPort7080, tryFromExchange } from '../remedies/open-port-7080.js';
import { askForJettyLog } from './asks-inbox.js';
import { atStanding, byStanding } from './event-time.js';
import { defineRule, healthy, notApplicable, problem, type Seen, unknown } from './rule.js';
import { alike, inOrder, listed, placeOf, placesOf, standsAt } from './seen.js';
import { eventWords } from './whose.js';

type Event = EvidenceOf<'exchange-event'>;
type Kind = 'path' | 'name' | 'proxy' | 'too-large' | 'timeout' | 'answered' | 'unsaid';

export const notifyEvents = defineRule({
  id: 'notify-events',
  for: 'cuc-single-inbox',
  leg: 'notify',
  asks: 'What became of the notifications, by the events of Exchange?',
  explains:
    'MSExchange Web Services writes event 5 when a notification could not be sent, 6 when the retry failed too, and 7 when it gave up and removed the ' +
    'subscription. How it failed stands in it: no connection is the path, an answer 403, 407, 502 or 503 is a proxy, a timeout is dropped packets or an ' +
    'overloaded Unity Connection, and an answer that is too large is the page of a proxy. A notification that came through later outlives them, as does a ' +
    'connection from beside Exchange where none had come about, where ' +
    'there is one Exchange server. That there are no such events proves nothing.',
  source:
    'https://www.cisco.com/c/en/us/support/docs/unified-communications/unity-connection/118883-technote-cuc-00.html',
  needs: [],
  uses: ['exchange-event', 'tcp-connect', 'notify-log', 'push-subscriptions'],
  behind: [],

  judge(seen, target, now) {
    if (target.exchange.version === 'online')
      return notApplicable('Exchange Online writes no events that anybody else can read, and needs no inbound port');
    const pushes = inOrder(seen['exchange-event']).filter(isPush);
    const whose = pushes.map(event => ({ event, is: whoseListener(event.subject, seen['tcp-connect'], target) }));
    const events = whose.filter(({ is }) => is === 'ours').map(({ event }) => event);
    const came = cameThrough(seen, target);
    const byTime = byStanding(events, now, overSince(seen, target));
    const findings = byTime
      .filter(({ standing }) => standing !== 'outlived')
      .flatMap(({ standing, all: these }) =>
        alike(these, kindOf).map(({ key, all }) => atStanding(finding(key as Kind, all, target), standing)),
      );
    if (findings.length > 0) return problem(...findings);
    if (events.length > 0)
      return healthy(
        came.length > 0
          ? `${events.map(eventWords).join('; ')}: notifications have come through since, so that is over (${placesOf(came.map(({ fact }) => fact))})`
          : `${events.map(eventWords).join('; ')}: connections from beside Exchange come about again`,
      );
    const others = whose.filter(({ is }) => is === 'perhaps').flatMap(({ event }) => event.subject ?? []);
    if (others.length > 0)
      return unknown(
        `Exchange could not hand notifications to ${listed([...new Set(others)])}, which is not the name that this target has for Unity Connection`,
        { asks: [{ says: `Is ${listed([...new Set(others)])} this Unity Connection by another name?`, steps: [] }] },
      );
    return notApplicable('no event of MSExchange Web Services about notifications was read; that alone proves nothing');
  },
});

type Through = Seen<'notify-log' | 'push-subscriptions'>;
export const isPush = ({ about }: Pick<Event, 'about'>): boolean =>
  about === 'push-failed' || about === 'push-given-up';

/**
 * Whether an event is about this Unity Connection. It gives Exchange its name or its address when it subscribes; by another name it may be
 * another one, and other programs listen for notifications too.
 */
export const whoseListener = (
  subject: string | null,
  connects: Seen<'tcp-connect'>['tcp-connect'],
  { cuc: { host, notifyPort } }: InboxTarget,
): 'ours' | 'perhaps' | 'no' => {
  if (subject === null) return 'ours';
  const [, name = '', port = '80'] = /^\[?(.*?)\]?(?::(\d+))?$/.exec(subject.toLowerCase()) ?? [];
  if (name === host.toLowerCase()) return 'ours';
  if (Number(port) !== notifyPort) return 'no';
  const known = connects.flatMap(({ address, tried }) => [address, ...tried.map(one => one.address)]);
  if (known.includes(name)) return 'ours';
  if (isAddress(host)) return isAddress(name) ? 'perhaps' : 'ours';
  if (isAddress(name)) return known.length > 0 ? 'perhaps' : 'ours';
  return shortName(name) === shortName(host) ? 'ours' : 'perhaps';
};
const isAddress = (name: string): boolean => /^[\d.]+$|:/.test(name);

/** What shows that such an event is over. That a connection comes about again says so where none had come about, and of nothing else. */
export const overSince =
  (seen: Through & Seen<'tcp-connect'>, target: InboxTarget) =>
  (event: Event): readonly { at: IsoTime }[] => [
    ...cameThrough(seen, target),
    ...(NO_CONNECTION.has(kindOf(event)) ? connectedSince(seen['tcp-connect'], target) : []),
  ];
const NO_CONNECTION: ReadonlySet<Kind> = new Set(['path', 'name']);

const connectedSince = (connects: Seen<'tcp-connect'>['tcp-connect'], { exchange: { servers } }: InboxTarget) =>
  servers.length > 1
    ? []
    : connects.filter(
        connect => connect.leg === 'notify' && connect.outcome === 'connected' && standsAt('exchange-side', connect),
      );

/** Notifications that came through after all; whose they are can be told only where there is one Exchange server. */
const cameThrough = (
  { 'notify-log': logs, 'push-subscriptions': tables }: Through,
  { exchange: { servers } }: InboxTarget,
): readonly { fact: Through[keyof Through][number]; at: IsoTime }[] =>
  servers.length > 1
    ? []
    : [
        ...logs.flatMap(fact =>
          fact.answers.ok > 0 && fact.silentAtEnd === 0 ? fact.senders.map(({ last }) => ({ fact, at: last })) : [],
        ),
        ...tables.flatMap(fact => (fact.newest !== null && fact.stale.min15 === 0 ? [{ fact, at: fact.newest }] : [])),
      ];

const kindOf = ({ of, detail }: Event): Kind => {
  if (of === 'too-large') return 'too-large';
  if (detail !== null && PROXY_CODES.includes(detail)) return 'proxy';
  if (of === 'ConnectFailure' || of === 'SendFailure') return 'path';
  if (of === 'NameResolutionFailure' || of === 'ProxyNameResolutionFailure') return 'name';
  if (of === 'Timeout') return 'timeout';
  return of === null ? 'unsaid' : 'answered';
};
const PROXY_CODES: readonly string[] = ['403', '407', '502', '503'];
/** Nobody but something in between answers so; the others Connection Jetty may answer as well when it is ill. */
const ONLY_PROXY: readonly string[] = ['407', '502'];

const finding = (kind: Kind, all: readonly Event[], target: InboxTarget): Omit<Finding, 'rule'> => {
  const gaveUp = all.some(({ about }) => about === 'push-given-up');
  const to = listed([...new Set(all.map(({ subject }) => subject ?? target.cuc.host))]);
  const { words, asks, remedies } = READINGS[kind](target, all);
  return {
    severity: gaveUp ? 'critical' : 'warning',
    certainty: certaintyOf(kind, all),
    says:
      `Exchange could not hand notifications to ${to}: ${words}` +
      `${gaveUp ? '. It gave up and removed subscriptions, which come back after about a quarter of an hour' : ''}.`,
    because: all.map(event => `${placeOf(event.source)}: ${eventWords(event)}`),
    asks,
    remedies,
  };
};

const certaintyOf = (kind: Kind, all: readonly Event[]): Finding['certainty'] => {
  if (kind === 'path' || kind === 'name') return 'proven';
  if (kind === 'proxy') return all.some(({ detail }) => ONLY_PROXY.includes(detail ?? '')) ? 'proven' : 'likely';
  return kind === 'too-large' ? 'likely' : 'possible';
};

type Reading = { words: string; asks: Ask[]; remedies: Remedy[] };

/** What Jetty answered stands in its own log; what a proxy answered does not. */
const isInJettyLog: Ask = {
  says: 'Are these answers in the access log of Connection Jetty? Then it gave them itself, and no proxy did.',
  steps: askForJettyLog.steps.slice(0, 1),
};

const tryIt = (target: InboxTarget): Ask => ({
  says: `Does each server reach ${target.cuc.host} on port ${target.cuc.notifyPort} now?`,
  steps: tryFromExchange(target),
});

const READINGS: Record<Kind, (target: InboxTarget, all: readonly Event[]) => Reading> = {
  path: target => ({
    words: 'no connection came about, so the path from Exchange is cut or nothing listens',
    asks: [tryIt(target)],
    remedies: [openPort7080(target)],
  }),
  name: target => ({
    words: 'the name could not be resolved on the server',
    asks: [
      {
        says: `Does the server resolve ${target.cuc.host}? Unity Connection gives its name when it subscribes.`,
        steps: [],
      },
    ],
    remedies: [],
  }),
  proxy: (target, all) => ({
    words: `it was answered ${listed([...new Set(all.flatMap(({ detail }) => detail ?? []))])}, which ${all.some(({ detail }) => ONLY_PROXY.includes(detail ?? '')) ? 'is a proxy and not Unity Connection' : 'a proxy does, and Connection Jetty only when it is ill'}`,
    asks: all.some(({ detail }) => ONLY_PROXY.includes(detail ?? '')) ? [] : [isInJettyLog],
    remedies: [bypassProxyFor7080(target)],
  }),
  'too-large': target => ({
    words: 'the answer was larger than any that Unity Connection gives, as the page of a proxy is',
    asks: [isInJettyLog],
    remedies: [bypassProxyFor7080(target)],
  }),
  timeout: target => ({
    words: 'no answer came in time, so packets are dropped or Unity Connection is overloaded',
    asks: [tryIt(target)],
    remedies: [],
  }),
  answered: () => ({
    words: 'it failed in a way that names neither path nor proxy',
    asks: [{ says: 'What is in the details of the event? They name the exception.', steps: [] }],
    remedies: [],
  }),
  unsaid: () => ({
    words: 'the export does not say how it failed',
    asks: [
      {
        says: 'How did it fail? Export the events again with what was filled in: Get-EventLog with Format-List (ReplacementStrings), or as XML.',
        steps: [],
      },
    ],
    remedies: [],
  }),
};
