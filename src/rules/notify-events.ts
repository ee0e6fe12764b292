import type { EvidenceOf } from '../domain/evidence/index.js';
import type { Remedy } from '../domain/remedy.js';
import type { InboxTarget } from '../domain/target.js';
import type { Ask, Finding } from '../domain/verdict.js';
import { bypassProxyFor7080 } from '../remedies/bypass-proxy-for-7080.js';
import { openPort7080, tryFromExchange } from '../remedies/open-port-7080.js';
import { defineRule, notApplicable, problem } from './rule.js';
import { alike, inOrder, listed, placeOf } from './seen.js';
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
    'overloaded Unity Connection, and an answer that is too large is the page of a proxy. That there are no such events proves nothing.',
  source:
    'https://www.cisco.com/c/en/us/support/docs/unified-communications/unity-connection/118883-technote-cuc-00.html',
  needs: [],
  uses: ['exchange-event'],
  behind: [],

  judge({ 'exchange-event': seen }, target) {
    if (target.exchange.version === 'online')
      return notApplicable('Exchange Online writes no events that anybody else can read, and needs no inbound port');
    const events = inOrder(seen).filter(
      ({ about, subject }) => (about === 'push-failed' || about === 'push-given-up') && isOurs(subject, target),
    );
    if (events.length === 0)
      return notApplicable(
        'no event of MSExchange Web Services about notifications was read; that alone proves nothing',
      );
    return problem(...alike(events, event => kindOf(event)).map(({ key, all }) => finding(key as Kind, all, target)));
  },
});

/** Other listeners of notifications are no Unity Connection; one that is named by its address may be ours. */
const isOurs = (subject: string | null, { cuc: { host, notifyPort } }: InboxTarget): boolean => {
  if (subject === null) return true;
  const [name, port = '80'] = subject.toLowerCase().split(':');
  return name === host.toLowerCase() || Number(port) === notifyPort;
};

const kindOf = ({ of, detail }: Event): Kind => {
  if (of === 'too-large') return 'too-large';
  if (detail !== null && PROXY_CODES.includes(detail)) return 'proxy';
  if (of === 'ConnectFailure' || of === 'SendFailure') return 'path';
  if (of === 'NameResolutionFailure' || of === 'ProxyNameResolutionFailure') return 'name';
  if (of === 'Timeout') return 'timeout';
  return of === null ? 'unsaid' : 'answered';
};
const PROXY_CODES: readonly string[] = ['403', '407', '502', '503'];

const finding = (kind: Kind, all: readonly Event[], target: InboxTarget): Omit<Finding, 'rule'> => {
  const gaveUp = all.some(({ about }) => about === 'push-given-up');
  const to = listed([...new Set(all.map(({ subject }) => subject ?? target.cuc.host))]);
  const { words, asks, remedies } = READINGS[kind](target, all);
  return {
    severity: gaveUp ? 'critical' : 'warning',
    certainty:
      kind === 'unsaid' || kind === 'answered' || kind === 'timeout'
        ? 'possible'
        : kind === 'too-large'
          ? 'likely'
          : 'proven',
    says:
      `Exchange could not hand notifications to ${to}: ${words}` +
      `${gaveUp ? '. It gave up and removed subscriptions, which come back after about a quarter of an hour' : ''}.`,
    because: all.map(event => `${placeOf(event.source)}: ${eventWords(event)}`),
    asks,
    remedies,
  };
};

type Reading = { words: string; asks: Ask[]; remedies: Remedy[] };

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
    words: `it was answered ${listed([...new Set(all.flatMap(({ detail }) => detail ?? []))])}, which is a proxy and not Unity Connection`,
    asks: [],
    remedies: [bypassProxyFor7080(target)],
  }),
  'too-large': target => ({
    words: 'the answer was larger than any that Unity Connection gives, as the page of a proxy is',
    asks: [],
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
