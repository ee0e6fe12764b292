import { withoutTime } from '../domain/evidence/imap-greeting.js';
import type { EvidenceOf } from '../domain/evidence/index.js';
import type { MailTarget } from '../domain/target.js';
import { defineRule, healthy, notApplicable, problem } from './rule.js';
import { alike, inOrder, listed, placesOf, quoteOf } from './seen.js';

type Greeting = EvidenceOf<'imap-greeting'>;
type Tls = EvidenceOf<'tls-session'>;
type Logout = EvidenceOf<'imap-logout'>;
type Difference = { what: string; because: string[] };

export const imapBalancer = defineRule({
  id: 'imap-balancer',
  for: 'uccx-mail',
  leg: 'imap',
  asks: 'Is it one and the same server that answers on the IMAP port each time?',
  explains:
    'It compares greetings, certificates and the year of the line that ends a session over all connections and sites. Where they differ, more than one ' +
    'server stands behind the name: each counts sessions by itself, so a limit is met at another number each time, and a change must be made on every one.',
  source: 'https://learn.microsoft.com/exchange/architecture/client-access/load-balancing',
  needs: ['imap-greeting'],
  uses: ['tls-session', 'imap-logout'],
  behind: ['imap-port', 'imap-greeting', 'tls-version'],

  judge({ 'imap-greeting': greetings, 'tls-session': sessions, 'imap-logout': logouts }, target) {
    if (target.exchange.version === 'online')
      return notApplicable('Exchange Online answers from many servers, which is how it is meant');
    const greeted = inOrder(greetings).filter(({ outcome, text }) => outcome === 'ok' && text !== null);
    const shown = inOrder(sessions).filter(({ certificate }) => certificate !== null);
    const differences = [
      ...differing(greeted, ({ text }) => withoutTime(text ?? ''), 'greetings', greetingQuote),
      ...differing(shown, ({ certificate }) => certificate?.sha256 ?? '', 'certificates', certificateQuote),
      ...differingYears(logouts),
    ];
    if (differences.length > 0) return problem(severalServers(differences, [...greeted, ...shown], target));
    if (greeted.length < 2) return notApplicable('one look cannot tell whether the next one meets the same server');
    return healthy(
      `${greeted.length} connections from ${placesOf(greeted)} met the same greeting${shown.length > 1 ? ' and certificate' : ''}`,
    );
  },
});

const severalServers = (
  differences: readonly Difference[],
  seen: readonly (Greeting | Tls)[],
  { exchange: { servers }, imap: { host } }: MailTarget,
) => {
  const known = servers.length > 1;
  return {
    // As long as the file names them all, a balancer is how it is meant to be.
    severity: known ? ('notice' as const) : ('warning' as const),
    certainty: 'likely' as const,
    says:
      `More than one server answers for ${host}: ${listed(differences.map(({ what }) => what))} differ between connections from ` +
      `${placesOf(seen)}. Each server counts sessions by itself, so a refusal may come at another number each time` +
      (known ? '.' : `, and commands printed here name only ${listed(servers)}.`),
    because: differences.flatMap(({ because }) => because),
    asks: [
      {
        says: known
          ? `Do ${listed(servers)} have the same settings and certificates? Compare what each command shows of each.`
          : 'Which servers stand behind the name? List them all in `exchange.servers` of this target: every change must reach each.',
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

const YEAR = /Microsoft Exchange Server (\d{4}) IMAP4 server signing off/i;
const differingYears = (logouts: readonly Logout[]): Difference[] =>
  differing(
    inOrder(logouts).filter(({ bye }) => YEAR.test(bye ?? '')),
    ({ bye }) => YEAR.exec(bye ?? '')?.[1] ?? '',
    'years of Exchange',
    logout => quoteOf(logout, logout.bye),
  );

const greetingQuote = (greeting: Greeting): string => quoteOf(greeting, greeting.text);
const certificateQuote = (tls: Tls): string =>
  quoteOf(
    tls,
    `${tls.certificate?.subject} until ${tls.certificate?.notAfter.slice(0, 10)}, ${tls.certificate?.sha256.slice(0, 17)}…`,
  );
