import { type ConfiguredTarget, versioned } from '../domain/configured-target.js';
import type { Evidence, EvidenceKind, EvidenceOf } from '../domain/evidence/index.js';
import type { Revealed } from '../domain/report.js';
import { ExchangeVersion, type Target } from '../domain/target.js';
import { askForVersion } from '../rules/exchange-version.js';
import { healthy, type Judgement, unknown } from '../rules/rule.js';
import { listed } from '../rules/seen.js';
import { agreedOn, by, type Claim, claimsIn, namesOf, placesOfClaims, sayings } from '../rules/version-claims.js';

/** For which Exchange a target is judged. `about` is what stands in place of the rule that compares the file with the server. */
export type JudgedFor =
  | { is: 'configured'; target: Target }
  | { is: 'revealed'; target: Target; revealed: Revealed; about: Judgement }
  | { is: 'not-known'; candidates: readonly Target[]; about: Judgement };

/**
 * The version of the file; else that of the servers that somebody listed; else the one that those which answered say of themselves,
 * where all say the same. Nothing is concluded from what merely hints at one, nor where two differ.
 */
export const judgedFor = (target: ConfiguredTarget, evidence: readonly Evidence[]): JudgedFor => {
  const configured = versioned(target);
  if (configured) return { is: 'configured', target: configured };

  const all = claimsIn({
    'imap-logout': ofKind(evidence, 'imap-logout'),
    'web-answer': ofKind(evidence, 'web-answer'),
    'exchange-server': ofKind(evidence, 'exchange-server'),
  });
  const shown = by('shell', all);
  const claims = shown.length > 0 ? shown : all;
  const agreed = agreedOn(claims);
  // A year leaves the service pack open: the last one is assumed, and shown so.
  const version = agreed.length > 1 ? '2010-sp3' : agreed[0];
  const judged = version && version !== 'online' ? versioned(target, version) : null;
  if (!version || !judged) return notKnown(target, claims, evidence);

  const assumed = agreed.length > 1 ? ', SP3 assumed' : '';
  return {
    is: 'revealed',
    target: judged,
    revealed: { version, says: `Commands are for Exchange ${wordsFor(claims)}${assumed}.` },
    about: healthy(`no version is configured; ${sayings(claims)}: the commands are for that${assumed}`),
  };
};

const ofKind = <Kind extends EvidenceKind>(evidence: readonly Evidence[], kind: Kind): EvidenceOf<Kind>[] =>
  evidence.filter((fact): fact is EvidenceOf<Kind> => fact.kind === kind);

const wordsFor = (claims: readonly Claim[]): string => {
  const best = (['shell', 'build', 'year'] as const).map(how => by(how, claims)).find(some => some.length > 0) ?? [];
  const how = { shell: 'as Get-ExchangeServer showed', build: 'as OWA says', year: 'as the server says of itself' };
  return `${namesOf(best)}, ${how[best[0]?.by ?? 'year']}`;
};

/** Exchange Online is never meant by leaving the version out: nobody who uses it does not know. */
const notKnown = (target: ConfiguredTarget, claims: readonly Claim[], evidence: readonly Evidence[]): JudgedFor => ({
  is: 'not-known',
  candidates: ExchangeVersion.options.flatMap(version =>
    version === 'online' ? [] : (versioned(target, version) ?? []),
  ),
  about: unknown(
    `no version of Exchange is configured, and ${whyNot(claims, evidence)}; changes, and commands that differ between versions, are not printed`,
    { asks: [askForVersion()] },
  ),
});

const whyNot = (claims: readonly Claim[], evidence: readonly Evidence[]): string => {
  if (claims.length === 0) return `no server says which one it is${hint(evidence)}`;
  if (agreedOn(claims).includes('online'))
    return 'what answers is Exchange Online: if that is meant, configure «online»';
  if (by('shell', claims).length > 0) return `the servers differ: Get-ExchangeServer shows ${namesOf(claims)}`;
  const [builds, years] = [by('build', claims), by('year', claims)];
  // Each for itself is of one mind, so it is between them that the difference lies.
  if (builds.length > 0 && years.length > 0 && agreedOn(builds).length > 0 && agreedOn(years).length > 0)
    return (
      `IMAP calls itself ${namesOf(years)} and OWA names ${namesOf(builds)}: one of them is the front end of another server, ` +
      'so neither proves the version'
    );
  return `the servers call themselves ${namesOf(claims)}, seen from ${placesOfClaims(claims)}`;
};

/** Only said, never used: the header came with 2013, and anything in between may add or drop it. */
const hint = (evidence: readonly Evidence[]): string => {
  const names = ofKind(evidence, 'web-answer').flatMap(({ frontEnd }) => frontEnd ?? []);
  return names.length === 0
    ? ''
    : ` (that ${listed([...new Set(names)].sort())} names itself as a front end hints at 2013 or later, and proves nothing)`;
};
