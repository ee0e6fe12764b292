import type { Evidence, EvidenceOf } from '../domain/evidence/index.js';
import type { ExchangeVersion } from '../domain/target.js';
import { builtAs } from './exchange-build.js';
import { inOrder, listed, placesOf } from './seen.js';

type Logout = EvidenceOf<'imap-logout'>;
type Web = EvidenceOf<'web-answer'>;
type Listed = EvidenceOf<'exchange-server'>;

/**
 * What one server says of its version. `shell`: `Get-ExchangeServer` listed it, which is certain of that server. `build`: a path or a
 * header of OWA names it, which is certain of the server that answered. `year`: the end of an IMAP session, without the service pack.
 */
export type Claim = {
  by: 'shell' | 'build' | 'year';
  /** As it is said to people: `2016`, `2016 (build 15.1.2507.6)`. */
  name: string;
  /** The versions that it leaves open; none where it is one that we know nothing of. */
  fits: readonly ExchangeVersion[];
  /** The words that it rests on. */
  words: string;
  fact: Logout | Web | Listed;
};

/** Everything that was said; a greeting, an offer or a banner names no version and claims nothing. */
export const claimsIn = (seen: {
  readonly 'imap-logout': readonly Logout[];
  readonly 'web-answer': readonly Web[];
  readonly 'exchange-server': readonly Listed[];
}): readonly Claim[] => [
  ...inOrder(seen['exchange-server']).flatMap(claimOfServer),
  ...inOrder(seen['web-answer']).flatMap(claimOfWeb),
  ...inOrder(seen['imap-logout']).flatMap(claimOfLogout),
];

const claimOfServer = (fact: Listed): Claim[] => {
  const built = builtAs(fact.build);
  if (!built) return [];
  const name = `${built.name} (${fact.server}, build ${fact.build})`;
  return [{ by: 'shell', name, fits: only(built.version), words: `${fact.server} ${fact.build}`, fact }];
};

const claimOfWeb = (fact: Web): Claim[] => {
  const built = fact.build === null ? null : builtAs(fact.build);
  if (!built) return [];
  const name = `${built.name} (build ${fact.build})`;
  return [{ by: 'build', name, fits: only(built.version), words: `${fact.url} names ${fact.build}`, fact }];
};

const claimOfLogout = (fact: Logout): Claim[] => {
  const year = /Microsoft Exchange Server (2007|2010|2013|2016) IMAP4 server signing off/i.exec(fact.bye ?? '')?.[1];
  return year ? [{ by: 'year', name: year, fits: OF_YEAR[year] ?? [], words: fact.bye ?? '', fact }] : [];
};

/** The line names no service pack. */
const OF_YEAR: Readonly<Record<string, readonly ExchangeVersion[]>> = {
  '2010': ['2010-rtm', '2010-sp1', '2010-sp2', '2010-sp3'],
  '2013': ['2013'],
  '2016': ['2016'],
};

const only = (version: ExchangeVersion | null): ExchangeVersion[] => (version === null ? [] : [version]);

/** The versions that all of them leave open. */
export const agreedOn = ([first, ...others]: readonly Claim[]): readonly ExchangeVersion[] =>
  first ? first.fits.filter(version => others.every(({ fits }) => fits.includes(version))) : [];

/** `2010 and 2016`: each name once, by age. */
export const namesOf = (claims: readonly Claim[]): string =>
  listed([...new Set(claims.map(({ name }) => name))].sort());

export const placesOfClaims = (claims: readonly Claim[]): string => placesOf(claims.map(({ fact }): Evidence => fact));

export const by = (how: Claim['by'], claims: readonly Claim[]): readonly Claim[] =>
  claims.filter(claim => claim.by === how);

/** Who says it, in one clause for each way of knowing. */
export const sayings = (claims: readonly Claim[]): string => {
  const [shell, build, year] = [by('shell', claims), by('build', claims), by('year', claims)];
  return listed([
    ...(shell.length > 0 ? [`Get-ExchangeServer shows Exchange ${namesOf(shell)}`] : []),
    ...(build.length > 0 ? [`OWA names Exchange ${namesOf(build)}, seen from ${placesOfClaims(build)}`] : []),
    ...(year.length > 0
      ? [`the server calls itself Exchange ${namesOf(year)}, seen from ${placesOfClaims(year)}`]
      : []),
  ]);
};
