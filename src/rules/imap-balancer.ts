import { namesAServer, namesItsServer, withoutTime } from '../domain/evidence/imap-greeting.js';
import type { EvidenceOf } from '../domain/evidence/index.js';
import type { MailTarget } from '../domain/target.js';
import type { Finding } from '../domain/verdict.js';
import { defineRule, healthy, notApplicable, problem } from './rule.js';
import { alike, inOrder, listed, placesOf, quoteOf } from './seen.js';

type Greeting = EvidenceOf<'imap-greeting' | 'further-connect'>;
type Tls = EvidenceOf<'tls-session' | 'further-connect'>;
type Logout = EvidenceOf<'imap-logout'>;
type Difference = { what: string; because: string[] };

export const imapBalancer = defineRule({
  id: 'imap-balancer',
  for: 'uccx-mail',
  leg: 'imap',
  asks: 'Is it one and the same server that answers on the IMAP port each time?',
  explains:
    'It compares greetings, certificates and the year of the line that ends a session over all connections and sites; a check connects to the service ' +
    'a few times, one after another, to see who answers. Where they differ, more than one server stands behind the name: each counts sessions by itself, so a limit is met at another number each time, and a change must be made on every one.',
  source: 'https://learn.microsoft.com/exchange/architecture/client-access/load-balancing',
  needs: ['imap-greeting'],
  uses: ['tls-session', 'imap-logout', 'further-connect'],
  behind: ['imap-port', 'imap-greeting', 'tls-version'],

  judge(
    { 'imap-greeting': greetings, 'tls-session': sessions, 'imap-logout': logouts, 'further-connect': further },
    target,
  ) {
    if (target.exchange.version === 'online')
      return notApplicable('Exchange Online answers from many servers, which is how it is meant');
    const greeted = inOrder<Greeting>([...greetings, ...further]).filter(isGreeted);
    const shown = inOrder<Tls>([...sessions, ...further]).filter(({ certificate }) => certificate !== null);
    const differences = [
      ...differing(greeted, each => withoutMarks(wordsOf(each)), 'greetings', greetingQuote),
      ...differing(shown, ({ certificate }) => certificate?.sha256 ?? '', 'certificates', certificateQuote),
      ...differingYears(logouts),
    ];
    if (differences.length > 0) {
      const certainty = differences.length === 1 && isNewEachTime(greeted) ? 'possible' : 'likely';
      return problem(severalServers(differences, [...greeted, ...shown], target, certainty));
    }
    const marked = differing(greeted, each => withoutTime(wordsOf(each)), 'marks in the greetings', greetingQuote);
    if (marked.length > 0 && !changesAtOneSite(greeted))
      return problem(severalServers(marked, greeted, target, 'possible'));
    if (greeted.length < 2) return notApplicable('one look cannot tell whether the next one meets the same server');
    return healthy(
      `${greeted.length} connections from ${placesOf(greeted)} met the same greeting${shown.length > 1 ? ' and certificate' : ''}`,
    );
  },
});

const isGreeted = (each: Greeting): boolean =>
  each.kind === 'imap-greeting' ? each.outcome === 'ok' && each.text !== null : each.greeted === true;
const wordsOf = (each: Greeting): string => (each.kind === 'imap-greeting' ? each.text : each.greeting) ?? '';

/** Words that come but once are a mark of the session, or the names of more servers than a few connections can meet twice. */
const isNewEachTime = (greeted: readonly Greeting[]): boolean =>
  greeted.length > 2 &&
  new Set(greeted.map(each => withoutMarks(wordsOf(each)))).size === greeted.length &&
  !greeted.some(each => namesItsServer(wordsOf(each)));

const severalServers = (
  differences: readonly Difference[],
  seen: readonly (Greeting | Tls)[],
  { exchange: { servers }, imap: { host } }: MailTarget,
  certainty: Finding['certainty'],
) => {
  const known = servers.length > 1;
  return {
    // As long as the file names them all, a balancer is how it is meant to be.
    severity: known || certainty === 'possible' ? ('notice' as const) : ('warning' as const),
    certainty,
    says:
      `More than one server ${certainty === 'possible' ? 'may answer' : 'answers'} for ${host}: ${listed(differences.map(({ what }) => what))} differ between connections from ` +
      `${placesOf(seen)}. Each server counts sessions by itself, so a refusal may come at another number each time` +
      (known ? '.' : `, and commands printed here name only ${listed(servers)}.`),
    because: differences.flatMap(({ because }) => because),
    asks: [
      ...(certainty === 'possible'
        ? [
            {
              says: 'Does it change from connection to connection at one site as well? Then it is a mark of the session and no other server.',
              steps: [],
            },
          ]
        : []),
      {
        says: known
          ? `Do ${listed(servers)} have the same settings and certificates? Compare what each command shows of each.`
          : 'Which servers stand behind the name? List them all in exchange.servers of this target: every change must reach each.',
        steps: [],
      },
    ],
    remedies: [],
  };
};

const differing = <E extends Greeting | Tls | Logout>(
  seen: readonly E[],
  key: (item: E) => string,
  what: string,
  quote: (item: E) => string,
): Difference[] => {
  const kinds = alike(seen, key);
  return kinds.length < 2 ? [] : [{ what, because: kinds.flatMap(({ all }) => all.map(quote)) }];
};

/** Some servers put the client's address, a number or a mark of the session into each greeting; a name of a host has a dot or is short. */
const withoutMarks = (greeting: string): string =>
  withoutTime(greeting)
    .split(/\s+/)
    .filter(word => namesAServer(word) || !/^\[.*\]$|^\(?[\d.:]+\)?$|^(?=.*\d)(?=.*[a-z])[\w+/=-]{12,}$/i.test(word))
    .join(' ');

/** What differs between two connections of one site is either a mark, or a balancer whose other greetings would differ in more. */
const changesAtOneSite = (greeted: readonly Greeting[]): boolean =>
  alike(greeted, greeting => placesOf([greeting])).some(
    ({ all }) => new Set(all.map(each => withoutTime(wordsOf(each)))).size > 1,
  );

const YEAR = /Microsoft Exchange Server (\d{4}) IMAP4 server signing off/i;
const differingYears = (logouts: readonly Logout[]): Difference[] =>
  differing(
    inOrder(logouts).filter(({ bye }) => YEAR.test(bye ?? '')),
    ({ bye }) => YEAR.exec(bye ?? '')?.[1] ?? '',
    'years of Exchange',
    logout => quoteOf(logout, logout.bye),
  );

const greetingQuote = (greeting: Greeting): string => quoteOf(greeting, wordsOf(greeting));
const certificateQuote = (tls: Tls): string =>
  quoteOf(
    tls,
    `${tls.certificate?.subject} until ${tls.certificate?.notAfter.slice(0, 10)}, ${tls.certificate?.sha256.slice(0, 17)}…`,
  );
