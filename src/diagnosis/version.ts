import { type ConfiguredTarget, versioned } from '../domain/configured-target.js';
import type { Evidence } from '../domain/evidence/index.js';
import type { Revealed } from '../domain/report.js';
import { ExchangeVersion, type Target } from '../domain/target.js';
import { askForVersion, namedYears, type Year } from '../rules/exchange-version.js';
import { healthy, type Judgement, unknown } from '../rules/rule.js';
import { listed, placesOf } from '../rules/seen.js';

/** For which Exchange a target is judged. `about` is what stands in place of the rule that compares the file with the server. */
export type JudgedFor =
  | { is: 'configured'; target: Target }
  | { is: 'revealed'; target: Target; revealed: Revealed; about: Judgement }
  | { is: 'not-known'; candidates: readonly Target[]; about: Judgement };

/**
 * The version of the file; else the one that the servers say of themselves, where all say the same. Nothing is concluded from what
 * merely hints at one.
 */
export const judgedFor = (target: ConfiguredTarget, evidence: readonly Evidence[]): JudgedFor => {
  const configured = versioned(target);
  if (configured) return { is: 'configured', target: configured };

  const named = namedYears(evidence.filter(fact => fact.kind === 'imap-logout'));
  const years = [...new Set(named.map(({ year }) => year))].sort();
  const [year, ...others] = years;
  const version = year && others.length === 0 ? VERSION[year] : null;
  const judged = version ? versioned(target, version) : null;
  if (!version || !judged) return notKnown(target, years);

  const places = placesOf(named.map(({ logout }) => logout));
  const assumed = version === '2010-sp3' ? ', SP3 assumed' : '';
  return {
    is: 'revealed',
    target: judged,
    revealed: { version, says: `Commands are for Exchange ${year}, as the server says of itself${assumed}.` },
    about: healthy(
      `no version is configured; the server calls itself Exchange ${year}, seen from ${places}: the commands are for that${assumed}`,
    ),
  };
};

/** What each year stands for. The line names no service pack: of 2010 the last one is assumed, and shown so. */
const VERSION: Record<Year, ExchangeVersion | null> = {
  '2007': null,
  '2010': '2010-sp3',
  '2013': '2013',
  '2016': '2016',
};

/** Exchange Online is never meant by leaving the version out: nobody who uses it does not know. */
const notKnown = (target: ConfiguredTarget, years: readonly Year[]): JudgedFor => ({
  is: 'not-known',
  candidates: ExchangeVersion.options.flatMap(version =>
    version === 'online' ? [] : (versioned(target, version) ?? []),
  ),
  about: unknown(
    'no version of Exchange is configured, and ' +
      (years.length > 0 ? `the servers call themselves ${listed(years)}` : 'no server says which one it is') +
      '; changes, and commands that differ between versions, are not printed',
    { asks: [askForVersion()] },
  ),
});
