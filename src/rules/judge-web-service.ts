import type { EvidenceOf } from '../domain/evidence/index.js';
import type { InboxTarget } from '../domain/target.js';
import type { Finding } from '../domain/verdict.js';
import { healthy, type Judgement, notApplicable, problem, unknown } from './rule.js';
import { alike, inOrder, listed, placesOf, quoteOf, standsAt } from './seen.js';
import { type WebFault, type WebServiceName, webWords } from './web-words.js';

type Answer = EvidenceOf<'web-answer'>;

/**
 * Judges what one web service of Exchange answers somebody who shows no credentials. A 401 that offers a way to log in which Unity
 * Connection has is the healthy answer; only beside Unity Connection it is the answer that Unity Connection gets.
 * @param besides services that another rule judges: what they answer alike from the same place is told there
 */
export const judgeWebService = (
  seen: readonly Answer[],
  target: InboxTarget,
  { service, severity, besides }: { service: WebServiceName; severity: Finding['severity']; besides: WebServiceName[] },
): Judgement => {
  if (!target.web) return notApplicable('no web address of Exchange is configured');
  const online = target.exchange.version === 'online';
  const answers = inOrder(seen).filter(answer => answer.service === service);
  if (answers.length === 0) return unknown('nobody got as far as asking', { missing: ['web-answer'] });
  const faulty = answers.filter(answer => faultOf(answer, online) !== null);
  const told = faulty.filter(answer => !isToldBy(answer, inOrder(seen), besides, online));
  if (told.length > 0)
    return problem(
      ...alike(told, answer => `${faultOf(answer, online)}`).map(({ key, all }) =>
        findingFor(key as WebFault, all, target, { service, severity }),
      ),
    );
  if (faulty.length > 0)
    return unknown('what answers there answers alike for EWS, and ews-service judges that', {
      missing: ['web-answer'],
    });
  const beside = answers.filter(answer => standsAt('cuc-side', answer));
  const words = `${NAME[service]} asks whoever comes for a login and takes ${schemesOf(answers)}`;
  const doubtful = online ? [] : beside.filter(mayBeAnybody);
  if (doubtful.length > 0)
    return unknown(
      `${words}, but what answers ${placesOf(doubtful)} ${namesOf(doubtful) === '' ? 'does not say who it is' : `calls itself ${namesOf(doubtful)}`} and may be any web server: ` +
        `whether ${NAME[service]} stands behind it was not seen, nor whether NTLM passes`,
      {
        asks: [
          {
            says: 'Does Exchange answer so itself? Ask it past whatever stands in between, by its own name; its answer names Microsoft-IIS or X-FEServer.',
            steps: [],
          },
        ],
      },
    );
  return beside.length > 0
    ? healthy(`${words}, seen from ${placesOf(beside)}`)
    : unknown(
        `${words}, seen from ${placesOf(answers)}, but no site stands beside Unity Connection: that is another path`,
      );
};

/** What Unity Connection can use: NTLM or Basic as it is set there, OAuth alone in Exchange Online. */
const USABLE = { onPremises: ['ntlm', 'basic'], online: ['bearer'] } as const;

const faultOf = (answer: Answer, online: boolean): WebFault | null => {
  const { outcome, status, schemes, via, location } = answer;
  if (outcome === 'not-http') return 'wrong-service';
  if (outcome === 'too-much') return 'flood';
  if (outcome !== 'answered' || status === null) return 'silent';
  if (status === 401) {
    if (schemes.length === 0) return 'no-schemes';
    const usable: readonly string[] = online ? USABLE.online : USABLE.onPremises;
    if (!schemes.some(scheme => usable.includes(scheme))) return 'none-usable';
    return via === null ? null : 'through-proxy';
  }
  if (location !== null && status >= 300 && status < 400) return 'redirect';
  if (status === 502 || status === 504) return 'gateway';
  if (isStranger(answer)) return 'not-exchange';
  if (status === 403) return 'forbidden';
  if (status === 404) return 'not-found';
  // HTTP.sys of Windows names itself, with a stopped pool too.
  if (status === 503) return isNameless(answer) ? 'nobody-serves' : 'not-available';
  if (status >= 500) return 'broken';
  return status < 300 ? 'no-login' : 'other';
};

/**
 * Who calls itself something else may stand before Exchange or in its place, and NTLM passes few of them. Who names nothing and asks for
 * Basic alone may be anybody: a balancer that logs in first does.
 */
const mayBeAnybody = (answer: Answer): boolean =>
  isStranger(answer) ||
  (isNameless(answer) && !answer.schemes.some(scheme => scheme === 'ntlm' || scheme === 'negotiate'));

const isNameless = ({ server, frontEnd, build }: Answer): boolean =>
  server === null && frontEnd === null && build === null;

/** It names itself, and as something else than the web server of Windows, and nothing beside it shows an Exchange. */
const isStranger = ({ server, frontEnd, build }: Answer): boolean =>
  server !== null && frontEnd === null && build === null && !/^Microsoft-(?:IIS|HTTPAPI)\//i.test(server);

const isToldBy = (answer: Answer, seen: readonly Answer[], besides: readonly WebServiceName[], online: boolean) =>
  seen.some(
    other =>
      other.service !== 'owa' &&
      besides.includes(other.service) &&
      placesOf([other]) === placesOf([answer]) &&
      faultOf(other, online) === faultOf(answer, online),
  );

const findingFor = (
  fault: WebFault,
  all: readonly Answer[],
  target: InboxTarget,
  { service, severity }: { service: WebServiceName; severity: Finding['severity'] },
): Omit<Finding, 'rule'> => {
  const beside = all.some(answer => standsAt('cuc-side', answer));
  const locations = [...new Set(all.flatMap(({ location }) => location ?? []))].map(to => `«${to}»`).sort();
  const { says, certainty, asks, remedies, isRemark } = webWords(fault, service, target, {
    schemes: schemesOf(all),
    status: listed([...new Set(all.flatMap(({ status }) => status ?? []))].map(String)),
    names: namesOf(all),
    locations: listed(locations),
  });
  const advised = beside ? remedies : [];
  return {
    severity: isRemark || !beside ? 'warning' : severity,
    certainty: certainty === 'likely' && remedies.length > advised.length ? 'possible' : certainty,
    says: `${NAME[service]} at ${target.web?.host} port ${target.web?.port}, seen from ${placesOf(all)}, ${says}.`,
    because: all.map(answerQuote),
    asks: [
      ...asks,
      ...(beside ? [] : [{ says: 'Unity Connection may take another path: does it get the same answer?', steps: [] }]),
    ],
    remedies: advised,
  };
};

const NAME = { ews: 'EWS', autodiscover: 'Autodiscover' } as const;

const namesOf = (answers: readonly Answer[]): string =>
  listed([...new Set(answers.flatMap(({ server }) => server ?? []))].map(name => `«${name}»`).sort());

const schemesOf = (answers: readonly Answer[]): string =>
  listed([...new Set(answers.flatMap(({ schemes }) => schemes))].sort());

const answerQuote = (answer: Answer): string => {
  const { status, outcome, schemes, server, via, location, frontEnd } = answer;
  const parts = [
    status === null ? outcome : `HTTP ${status}`,
    ...(schemes.length > 0 ? [`WWW-Authenticate: ${schemes.join(', ')}`] : []),
    ...(server === null ? [] : [`Server: ${server}`]),
    ...(via === null ? [] : [`Via: ${via}`]),
    ...(location === null ? [] : [`Location: ${location}`]),
    ...(frontEnd === null ? [] : [`X-FEServer: ${frontEnd}`]),
  ];
  return quoteOf(answer, parts.join(', '));
};
