import type { EvidenceOf } from '../domain/evidence/index.js';
import type { InboxTarget } from '../domain/target.js';
import type { Finding } from '../domain/verdict.js';
import { bypassProxyFor7080 } from '../remedies/bypass-proxy-for-7080.js';
import { tryFromExchange } from '../remedies/open-port-7080.js';
import { byHand } from '../remedies/steps.js';
import { defineRule, healthy, notApplicable, problem, unknown } from './rule.js';
import { alike, inOrder, placeOf, placesOf, quoteOf, standsAt } from './seen.js';

type Answer = EvidenceOf<'notify-http'>;
type Kind = 'jetty' | 'ill-jetty' | 'nameless' | 'proxy' | 'other-server' | 'tls' | 'wrong-service' | 'silent';

export const notifyAnswer = defineRule({
  id: 'notify-answer',
  for: 'cuc-single-inbox',
  leg: 'notify',
  asks: 'Is it Unity Connection itself that answers on the notification port?',
  explains:
    'Connection Jetty names itself in the Server header. A Via header is a proxy or balancer in the path, which Cisco names first among the reasons ' +
    'for late notifications; another name alone may also be another machine. It is true for the path from that site; Exchange may take another one.',
  source:
    'https://www.cisco.com/c/en/us/support/docs/unified-communications/unity-connection/118883-technote-cuc-00.html',
  needs: ['notify-http'],
  uses: [],
  behind: ['notify-port'],

  judge({ 'notify-http': seen }, target) {
    if (target.exchange.version === 'online')
      return notApplicable(
        'Cisco asks for no inbound port with Exchange Online; the notification port is for Exchange on premises',
      );
    const answers = inOrder(seen);
    const findings = alike(answers, kindOf).flatMap(({ key, all }) => findingFor(key as Kind, all, target));
    if (findings.length > 0) return problem(...findings);
    const jetty = answers.filter(answer => kindOf(answer) === 'jetty');
    if (jetty.length === 0)
      return unknown(`the answer at ${placesOf(answers)} names no server, so it may be anybody's`);
    const beside = jetty.some(answer => standsAt('exchange-side', answer));
    return healthy(
      `Connection Jetty itself answers ${placesOf(jetty)}${beside ? '' : '; that is the path from there, Exchange may take another one'}`,
    );
  },
});

const kindOf = ({ outcome, status, server, via, proxyHeaders, text }: Answer): Kind => {
  if (outcome === 'not-http' && TLS_RECORD.test(text ?? '')) return 'tls';
  if (outcome === 'not-http' || outcome === 'too-much') return 'wrong-service';
  if (outcome !== 'answered') return 'silent';
  if (via || proxyHeaders.length > 0) return 'proxy';
  if (!server) return 'nameless';
  if (!/^jetty\b/i.test(server)) return 'other-server';
  return (status ?? 0) >= 500 ? 'ill-jetty' : 'jetty';
};

/** An alert or a handshake of TLS, as `wire/` writes bytes: the port speaks TLS and Exchange calls it in plain HTTP. */
const TLS_RECORD = /^\\(?:x|u\{)1[56]\}?\\(?:x|u\{)0?3/;

type Body = Omit<Finding, 'rule'>;

const findingFor = (kind: Kind, all: readonly Answer[], target: InboxTarget): Body[] => {
  const beside = all.some(answer => standsAt('exchange-side', answer));
  const severity = beside ? 'critical' : 'warning';
  const fromExchange = {
    says: 'Exchange may take another path: does it reach the port as well?',
    steps: tryFromExchange(target),
  };
  const where = `${target.cuc.host} port ${target.cuc.notifyPort}`;
  switch (kind) {
    case 'proxy':
      return [
        {
          severity,
          certainty: 'proven',
          says: `On the path from ${placesOf(all)} it is not Unity Connection that answers at ${where}, but a proxy or balancer in between.`,
          because: all.map(headersOf),
          asks: beside ? [] : [fromExchange],
          remedies: beside ? [bypassProxyFor7080(target)] : [],
        },
      ];
    case 'other-server':
      return [
        {
          severity,
          certainty: 'likely',
          says: `On the path from ${placesOf(all)} it is not Unity Connection that answers at ${where}: a proxy or balancer in between, or another machine.`,
          because: all.map(headersOf),
          asks: [
            { says: `Is ${target.cuc.host} the address of Unity Connection, and what has that name there?`, steps: [] },
            ...(beside ? [] : [fromExchange]),
          ],
          remedies: beside ? [bypassProxyFor7080(target)] : [],
        },
      ];
    case 'tls':
      return [
        {
          severity,
          certainty: 'proven',
          says: `${where}, seen from ${placesOf(all)}, speaks TLS, and Exchange calls it in plain HTTP: another service, or a balancer that encrypts, stands on that port.`,
          because: all.map(answer => quoteOf(answer, answer.text, answer.outcome)),
          asks: [fromExchange],
          remedies: [],
        },
      ];
    case 'ill-jetty':
      return [
        {
          severity,
          certainty: 'likely',
          says: `Connection Jetty answers ${placesOf(all)} at ${where} with an error of its own: the application in it is ill.`,
          because: all.map(headersOf),
          asks: [
            {
              says: 'Does it last? Restart Connection Jetty out of hours; what it says of each notification stands in its log.',
              steps: [byHand('Unity Connection Serviceability, Tools, Service Management: Connection Jetty')],
            },
          ],
          remedies: [],
        },
      ];
    case 'wrong-service':
      return [
        {
          severity,
          certainty: 'proven',
          says: `What answers at ${where}, seen from ${placesOf(all)}, does not speak plain HTTP: another service stands on that port.`,
          because: all.map(answer => quoteOf(answer, answer.text, answer.outcome)),
          asks: [fromExchange],
          remedies: [],
        },
      ];
    case 'silent':
      return [
        {
          severity,
          certainty: 'possible',
          says: `${where} takes the connection from ${placesOf(all)} and gives no answer: Connection Jetty may hang, or something in between took the call.`,
          because: all.map(
            ({ source, outcome, tookMs }) => `${placeOf(source)}: ${outcome} after ${Math.round(tookMs)} ms`,
          ),
          asks: [
            {
              says: 'Is Connection Jetty started? If it is and stays silent, restart it out of hours.',
              steps: [byHand('Unity Connection Serviceability, Tools, Service Management: Connection Jetty')],
            },
          ],
          remedies: [],
        },
      ];
    default:
      return [];
  }
};

const headersOf = (answer: Answer): string =>
  quoteOf(
    answer,
    [
      answer.status === null ? null : `HTTP ${answer.status}`,
      answer.server && `Server: ${answer.server}`,
      answer.via && `Via: ${answer.via}`,
      ...answer.proxyHeaders,
    ]
      .filter(Boolean)
      .join(', '),
  );
