import type { EvidenceOf } from '../domain/evidence/index.js';
import type { ExchangeVersion } from '../domain/target.js';
import type { Ask } from '../domain/verdict.js';
import { piped } from '../ems/cmdlet.js';
import { getExchangeServer } from '../ems/exchange-cmdlets.js';
import { formatList } from '../ems/windows-cmdlets.js';
import { shell } from '../remedies/steps.js';
import { defineRule, healthy, notApplicable, problem } from './rule.js';
import { inOrder, listed, placesOf, quoteOf } from './seen.js';

export type Year = '2007' | '2010' | '2013' | '2016';
type Logout = EvidenceOf<'imap-logout'>;

export const exchangeVersion = defineRule({
  id: 'exchange-version',
  for: 'uccx-mail',
  leg: 'imap',
  asks: 'Is the Exchange that answers the version that is configured?',
  explains:
    'Up to 2016 the line that ends an IMAP session names the year of the server that answered; which commands are printed depends on the configured ' +
    'version. Behind a balancer another server may answer the next time. Of 2019 and later no year is known, so there nothing is concluded. ' +
    'Where no version is configured, the year that every answer names is taken for it; where there is none, one command asks.',
  source:
    'https://github.com/emersion/go-imap/issues/11 and health checks of balancers, which quote the line of each version',
  needs: [],
  uses: ['imap-logout'],
  behind: [],

  judge({ 'imap-logout': seen }, target) {
    const { version } = target.exchange;
    const named = namedYears(seen);
    const expected = YEAR[version];
    if (named.length === 0 || expected === null)
      return notApplicable(`what the server says does not tell whether it is ${version}`);
    const others = named.filter(({ year }) => year !== expected);
    const places = (those: readonly { logout: Logout }[]) => placesOf(those.map(({ logout }) => logout));
    if (others.length === 0) return healthy(`the server calls itself Exchange ${expected}, seen from ${places(named)}`);
    return problem({
      severity: 'warning',
      certainty: 'likely',
      says:
        `Exchange ${version} is configured, but what answers from ${places(others)} calls itself Exchange ` +
        `${listed([...new Set(others.map(({ year }) => year))].sort())}; the commands printed here may be for the wrong version.`,
      because: others.map(({ logout }) => quoteOf(logout, logout.bye)),
      asks: [askForVersion()],
      remedies: [],
    });
  },
});

/** What the line says for each version, as far as it was seen; null: not known well enough to hold it against anybody. */
const YEAR: Record<ExchangeVersion, Year | null> = {
  '2010-rtm': '2010',
  '2010-sp1': '2010',
  '2010-sp2': '2010',
  '2010-sp3': '2010',
  '2013': '2013',
  '2016': '2016',
  '2019': null,
  se: null,
  online: null,
};

/** Which servers name a year. */
export const namedYears = (seen: readonly Logout[]): { logout: Logout; year: Year }[] =>
  inOrder(seen).flatMap(logout => {
    const year = yearIn(logout.bye);
    return year ? [{ logout, year }] : [];
  });

const yearIn = (bye: string | null): Year | null =>
  (/Microsoft Exchange Server (2007|2010|2013|2016) IMAP4 server signing off/i.exec(bye ?? '')?.[1] as Year) ?? null;

/** The line is the same in every version that is not Exchange Online. */
export const askForVersion = (): Ask => ({
  says:
    'Which versions are there? 14.x is 2010 (14.1 SP1, 14.2 SP2, 14.3 SP3), 15.0 is 2013, 15.1 is 2016, 15.2 is 2019, and from build 2562 on SE. ' +
    'Then set `exchange.version` of this target.',
  steps: [shell(piped(getExchangeServer('se', {}), formatList({ Property: ['Name', 'AdminDisplayVersion'] })))],
});
