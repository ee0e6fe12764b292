import type { Remedy } from '../domain/remedy.js';
import { EXCHANGE_VERSIONS, type ExchangeVersion } from '../domain/target.js';
import { toShell } from '../ems/to-shell.js';
import { type ListedRemedy, remedies } from '../remedies/index.js';
import { sampleOf } from '../remedies/samples.js';

/** `supported`: the lines paste as they stand. `incomplete`: somebody puts a value in first. `by hand`: no line changes anything. */
export type Support = 'supported' | 'incomplete' | 'by hand' | 'not possible';

export const supportOf = (remedy: ListedRemedy, version: ExchangeVersion): Support => {
  const made = sampleOf(remedy, version);
  if (!made) return 'not possible';
  if (made.apply.every(step => step.do === 'by-hand')) return 'by hand';
  return made.complete ? 'supported' : 'incomplete';
};

/** The remedy for the newest version that has it. */
export const newestOf = (remedy: ListedRemedy): Remedy => {
  const made = [...EXCHANGE_VERSIONS].reverse().flatMap(version => sampleOf(remedy, version) ?? []);
  const online = remedy.versions.length === EXCHANGE_VERSIONS.length ? 1 : 0; // what holds on premises too is shown for that
  const one = made[online];
  if (!one) throw new Error(`no version has ${remedy.id}`);
  return one;
};

const stepsOf = ({ read, apply, verify, undo }: Remedy) => [...read, ...apply, ...verify, ...undo];

/** Every line that the remedies print for the sample of that version. */
export const printedLines = (version: ExchangeVersion): string[] => [
  ...new Set(
    remedies
      .flatMap(remedy => sampleOf(remedy, version) ?? [])
      .flatMap(stepsOf)
      .flatMap(step => (step.do === 'shell' ? [toShell(step.command)] : [])),
  ),
];
