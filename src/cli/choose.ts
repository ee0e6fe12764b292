import type { Config } from '../config/config.js';
import type { ConfiguredTarget } from '../domain/configured-target.js';
import { UsageError } from '../domain/errors.js';
import { Leg } from '../domain/evidence/evidence.js';
import type { SiteId } from '../domain/ids.js';
import { nearest } from '../domain/nearest.js';
import { typedWord } from '../domain/typed-word.js';
import { type Given, words } from './command.js';

/** The sites that this machine stands for: those named, or every one of the configuration. */
export const chooseSites = (config: Config, named: string | undefined): SiteId[] => {
  const known = config.sites.map(({ id }) => id as string);
  const asked = named === undefined ? known : words(named);
  if (asked.length === 0) throw new UsageError(`--site wants one or more of ${known.join(', ')}.`);
  for (const id of asked) {
    if (known.includes(id)) continue;
    const near = nearest(id, known);
    throw new UsageError(
      `There is no site ${typedWord(id)}.${near ? ` Did you mean ${near}?` : ''} The sites are ${known.join(', ')}.`,
    );
  }
  return config.sites.map(({ id }) => id).filter(id => asked.includes(id));
};

/** The targets that were named, or all; in the order of the configuration. */
export const chooseTargets = (names: Given['words'], known: readonly ConfiguredTarget[]): ConfiguredTarget[] => {
  const ids = known.map(({ id }) => id as string);
  for (const name of names) {
    if (ids.includes(name)) continue;
    const near = nearest(name, ids);
    throw new UsageError(
      `I know no target ${typedWord(name)}.${near ? ` Did you mean ${near}?` : ''} The targets are ${ids.join(', ')}.`,
    );
  }
  return names.length === 0 ? [...known] : known.filter(({ id }) => names.includes(id));
};

/** The conversations that were named; none means all. */
export const chooseLegs = (value: string | undefined): Leg[] => {
  const asked = words(value);
  if (value !== undefined && asked.length === 0)
    throw new UsageError(`--only wants one or more of ${Leg.options.join(', ')}.`);
  return [...new Set(asked)].map(word => {
    const leg = Leg.options.find(option => option === word.toLowerCase());
    if (leg) return leg;
    const near = nearest(word, Leg.options);
    throw new UsageError(
      `--only knows ${Leg.options.join(', ')}, not ${typedWord(word)}.${near ? ` Did you mean ${near}?` : ''}`,
    );
  });
};
