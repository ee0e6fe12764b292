import type { ExchangeVersion, Target } from '../domain/target.js';
import type { Ask } from '../domain/verdict.js';
import { piped } from '../ems/cmdlet.js';
import { getExchangeServer } from '../ems/exchange-cmdlets.js';
import { formatList } from '../ems/windows-cmdlets.js';
import { shell } from '../remedies/steps.js';
import { defineRule, healthy, type Judgement, notApplicable, problem } from './rule.js';
import { quoteOf } from './seen.js';
import { by, type Claim, claimsIn, namesOf, placesOfClaims, sayings } from './version-claims.js';

export const exchangeVersion = defineRule({
  id: 'exchange-version',
  for: 'any',
  leg: null,
  asks: 'Is the Exchange that answers the version that is configured?',
  explains:
    'Three things tell: what Get-ExchangeServer listed, which is certain; the build in the header or the paths of OWA (web), which is certain of the server ' +
    'that answered; and, up to 2016, the year in the line that ends an IMAP session, which names no service pack. Behind a balancer another server may ' +
    'answer the next time, and where IMAP and OWA name different ones the front end of another server answers one of them: then nothing is concluded. ' +
    'Greetings, offers and TLS versions are no proof and are not counted. Where no version is configured, what they agree on is taken for it; ' +
    'where they do not, one command asks.',
  source: 'https://learn.microsoft.com/exchange/new-features/build-numbers-and-release-dates',
  needs: [],
  uses: ['imap-logout', 'web-answer', 'exchange-server'],
  behind: [],

  judge(seen, target) {
    const { version } = target.exchange;
    const claims = claimsIn(seen).filter(claim => claim.by !== 'year' || NAMES_YEAR.includes(version));
    if (claims.length === 0) return notApplicable(nothingSaid(seen['web-answer'], version));
    const others = claims.filter(({ fits }) => !fits.includes(version));
    if (others.length === 0) return healthy(sayings(claims));
    const fitting = claims.filter(claim => !others.includes(claim));
    return anotherFrontEnd(fitting, others) ? frontEndDiffers(claims, version) : notThatVersion(others, version);
  },
});

/** Whose line ends with a known year. What 2019 and later say is not known well enough to hold it against anybody. */
const NAMES_YEAR: readonly ExchangeVersion[] = ['2010-rtm', '2010-sp1', '2010-sp2', '2010-sp3', '2013', '2016'];

/** One of IMAP and OWA fits, the other does not. */
const anotherFrontEnd = (fitting: readonly Claim[], others: readonly Claim[]): boolean =>
  (['build', 'year'] as const).some(
    how => others.every(other => other.by === how) && fitting.some(claim => claim.by !== how && claim.by !== 'shell'),
  );

const frontEndDiffers = (claims: readonly Claim[], version: ExchangeVersion): Judgement =>
  problem({
    severity: 'notice',
    certainty: 'possible',
    says:
      `${sentence(sayings(claims))}: one of them is the front end of another server, so neither proves the version of the mailbox server. ` +
      `Commands stay those for ${version}, as configured.`,
    because: quotes(claims),
    asks: [askForVersion()],
    remedies: [],
  });

const notThatVersion = (others: readonly Claim[], version: ExchangeVersion): Judgement => {
  const listedOnes = by('shell', others);
  const answering = others.filter(claim => claim.by !== 'shell');
  const clauses = [
    ...(answering.length > 0
      ? [`what answers from ${placesOfClaims(answering)} calls itself Exchange ${namesOf(answering)}`]
      : []),
    ...(listedOnes.length > 0 ? [`Get-ExchangeServer shows Exchange ${namesOf(listedOnes)}`] : []),
  ];
  return problem({
    severity: 'warning',
    certainty: listedOnes.length > 0 ? 'proven' : 'likely',
    says: `Exchange ${version} is configured, but ${clauses.join(', and ')}; the commands printed here may be for the wrong version.`,
    because: quotes(others),
    asks: [askForVersion()],
    remedies: [],
  });
};

const quotes = (claims: readonly Claim[]): string[] => claims.map(({ fact, words }) => quoteOf(fact, words));
const sentence = (words: string): string => `${words.slice(0, 1).toUpperCase()}${words.slice(1)}`;

const nothingSaid = (
  web: readonly { outcome: string; server: string | null; frontEnd: string | null; service: string }[],
  version: Target['exchange']['version'],
): string => {
  const owa = web.find(({ service, outcome }) => service === 'owa' && outcome === 'answered');
  if (!owa || owa.frontEnd !== null) return `what the server says does not tell whether it is ${version}`;
  return `what answers at /owa/ names no build of Exchange (${owa.server === null ? 'it does not name itself either' : `it calls itself «${owa.server}»`}), and nothing else tells whether it is ${version}`;
};

/** The line is the same in every version that is not Exchange Online. */
export const askForVersion = (): Ask => ({
  says:
    'Which versions are there? 14.x is 2010 (14.1 SP1, 14.2 SP2, 14.3 SP3), 15.0 is 2013, 15.1 is 2016, 15.2 is 2019, and from build 2562 on SE. ' +
    'Then set exchange.version of this target.',
  steps: [shell(piped(getExchangeServer('se', {}), formatList({ Property: ['Name', 'AdminDisplayVersion'] })))],
});
