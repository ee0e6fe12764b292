import type { EvidenceOf } from '../domain/evidence/index.js';
import type { InboxTarget } from '../domain/target.js';
import type { Ask, Finding } from '../domain/verdict.js';
import { bypassProxyFor7080 } from '../remedies/bypass-proxy-for-7080.js';
import { tryFromExchange } from '../remedies/open-port-7080.js';
import { byHand } from '../remedies/steps.js';
import { askForJettyLog } from './asks-inbox.js';
import { defineRule, healthy, notApplicable, problem, unknown } from './rule.js';
import { alike, inOrder, listed, placeOf, placesOf, quoteOf, standsAt } from './seen.js';

type Answer = EvidenceOf<'notify-http'>;
type Kind =
  | 'jetty'
  | 'some-jetty'
  | 'ill-jetty'
  | 'nameless'
  | 'nameless-error'
  | 'proxy'
  | 'other-server'
  | 'other-product'
  | 'tls'
  | 'wrong-service'
  | 'silent';

export const notifyAnswer = defineRule({
  id: 'notify-answer',
  for: 'cuc-single-inbox',
  leg: 'notify',
  asks: 'Is it Unity Connection itself that answers on the notification port?',
  explains:
    'Connection Jetty names itself in the Server header. A Via header is a proxy or balancer in the path, which Cisco names first among the reasons ' +
    'for late notifications; another name alone may also be another machine, and where an application or a device names itself, it is one. It is true for the path from that site; Exchange may take another one.',
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
    const some = answers.filter(answer => kindOf(answer) === 'some-jetty');
    if (some.length > 0)
      return unknown(
        `some Jetty answers ${placesOf(some)} with HTTP ${listed([...new Set(some.map(({ status }) => String(status)))])}: other products have one too, ` +
          'and that of Unity Connection neither sends on nor asks for a login',
        {
          asks: [isThatTheAddress(target)],
        },
      );
    if (jetty.length === 0)
      return unknown(`the answer at ${placesOf(answers)} names no server, so it may be anybody's`);
    const beside = jetty.some(answer => standsAt('exchange-side', answer));
    return healthy(
      `Connection Jetty itself answers ${placesOf(jetty)}${beside ? '' : '; that is the path from there, Exchange may take another one'}`,
    );
  },
});

const kindOf = ({ outcome, status, server, via, proxyHeaders, products = [], text }: Answer): Kind => {
  if (outcome === 'not-http' && TLS_RECORD.test(text ?? '')) return 'tls';
  if (outcome === 'not-http' || outcome === 'too-much') return 'wrong-service';
  if (outcome !== 'answered') return 'silent';
  if (via || proxyHeaders.length > 0) return 'proxy';
  if (products.length > 0 || PRODUCT.test(server ?? '')) return 'other-product';
  if (!server) {
    if (status === 502 || status === 504) return 'other-server';
    return (status ?? 0) >= 500 ? 'nameless-error' : 'nameless';
  }
  if (!/^jetty\b/i.test(server)) return 'other-server';
  // What stands before it gives itself away by these, whatever name it passes on.
  if (status === 502 || status === 504) return 'other-server';
  if ((status ?? 0) >= 500) return 'ill-jetty';
  return ELSEWHERE.includes(status ?? 0) ? 'some-jetty' : 'jetty';
};

/** Web servers of applications and of devices, which pass nothing on. Who is not listed here may be a proxy as well. */
const PRODUCT =
  /\b(?:IIS|HTTPAPI|Coyote|Tomcat|GlassFish|WebLogic|WebSphere|JBoss|WildFly|Undertow|Nexus|Kestrel|gunicorn|uvicorn|Werkzeug|SimpleHTTP|Tornado|Splunkd|CUPS|EmWeb|GoAhead|RomPager|Boa|LaserJet|HP HTTP|EPSON|KM-MFP|debut)\b/i;

/** Redirects and logins: nobody logs in to this port. */
const ELSEWHERE: readonly number[] = [301, 302, 303, 307, 308, 401, 403, 407];

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
          says: `On the path from ${placesOf(all)} it is not Unity Connection that answers at ${where}${named(all, ' but ')}: a proxy or balancer in between, or another machine.`,
          because: all.map(headersOf),
          asks: [isThatTheAddress(target), ...(beside ? [] : [fromExchange])],
          remedies: beside ? [bypassProxyFor7080(target)] : [],
        },
      ];
    case 'other-product':
      return [
        {
          severity,
          certainty: 'likely',
          says: `${where}, seen from ${placesOf(all)}, is not answered by Unity Connection${named(all, ' but by ')}: another service stands on that port, or another machine has that address.`,
          because: all.map(headersOf),
          asks: [isThatTheAddress(target), ...(beside ? [] : [fromExchange])],
          remedies: [],
        },
      ];
    case 'tls':
      return [
        {
          severity,
          certainty: 'proven',
          says: `${where}, seen from ${placesOf(all)}, speaks TLS, and Exchange calls it in plain HTTP: another service, or a balancer that encrypts, stands on that port.`,
          because: all.map(answer => quoteOf(answer, answer.text, answer.outcome)),
          asks: [beside ? isThatTheAddress(target) : fromExchange],
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
    case 'nameless-error':
      return [
        {
          severity,
          certainty: 'possible',
          says: `What answers at ${where}, seen from ${placesOf(all)}, breaks off with an error and does not say who it is: a balancer without a live server behind it, or Connection Jetty that is ill.`,
          because: all.map(headersOf),
          asks: [
            isThatTheAddress(target),
            {
              says: 'Is the request in the access log of Connection Jetty? Then Jetty itself answered so; if not, something in between did.',
              steps: askForJettyLog.steps.slice(0, 1),
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
          asks: [beside ? isThatTheAddress(target) : fromExchange],
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

const isThatTheAddress = ({ cuc: { host } }: InboxTarget): Ask => ({
  says: `Is ${host} the address of Unity Connection, and what has that name there?`,
  steps: [],
});

/** What it calls itself, cut short: whoever answers there may say anything. */
const named = (all: readonly Answer[], before: string): string => {
  const names = all.flatMap(({ server, products = [] }) => (products.length > 0 ? products : (server ?? [])));
  const shown = [...new Set(names.map(name => `«${name.replaceAll(/[<>«»]/g, '').slice(0, 60)}»`))].sort();
  return shown.length === 0 ? '' : `${before}${listed(shown.slice(0, 3))}`;
};

const headersOf = (answer: Answer): string =>
  quoteOf(
    answer,
    [
      answer.status === null ? null : `HTTP ${answer.status}`,
      answer.server && `Server: ${answer.server}`,
      answer.via && `Via: ${answer.via}`,
      ...answer.proxyHeaders,
      ...(answer.products ?? []),
    ]
      .filter(Boolean)
      .join(', '),
  );
