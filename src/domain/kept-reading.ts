import { z } from 'zod';
import { IsoTime } from './clock.js';
import { RunId, TargetId } from './ids.js';
import { Observation } from './observation.js';

/** One reading for one target, as it is kept for the checks after it: what the files told, masked, and never the files. */
export const KeptReading = z.object({
  schema: z.literal(1),
  run: RunId,
  target: TargetId,
  /** When it was read. */
  at: IsoTime,
  /** One for each file that told something. */
  observations: z.array(Observation).min(1).max(200),
});
export type KeptReading = z.infer<typeof KeptReading>;

/** One reading has up to a few hundred kilobytes; a mailbox log of every day of a year does not need to be kept. */
const MOST_KEPT_BYTES = 500_000;
const MOST_FILES = 200;

/** The reading with as many of its files, in their order, as may be kept; `leftOut` names the others. */
export const fitted = (
  reading: Omit<KeptReading, 'schema'>,
): { kept: KeptReading | null; leftOut: readonly string[] } => {
  let bytes = 0;
  const fits = reading.observations.map((observation, index) => {
    const size = JSON.stringify(observation).length;
    if (index >= MOST_FILES || bytes + size > MOST_KEPT_BYTES) return false;
    bytes += size;
    return true;
  });
  const observations = reading.observations.filter((_, index) => fits[index]);
  return {
    kept: observations.length === 0 ? null : { schema: 1, ...reading, observations },
    leftOut: reading.observations.filter((_, index) => !fits[index]).map(artifactOf),
  };
};

/** The name of the file that an observation is of. */
export const artifactOf = ({ source }: Observation): string => (source.by === 'artifact' ? source.artifact : '');
