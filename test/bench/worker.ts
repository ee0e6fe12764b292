import { watchFleet } from './fleet.js';
import type { Outcome } from './row.js';

/** Looked at once in five minutes these make some 400 checks a minute, half of them of agent email with its login. */
const TARGETS = 2_000;
const WINDOW_MS = 60_000;
const LEAST_A_MINUTE = 200;
const MOST_MB = 256;

/** Whether one worker makes two hundred checks a minute within 256 MB: laid at their pace, with all of them judged and none late. */
export const benchWorker = async (signal: AbortSignal): Promise<Outcome> => {
  const { judged, lost, cores, peakMb } = await watchFleet(signal, {
    targets: TARGETS,
    windowMs: WINDOW_MS,
    hasDays: false,
  });
  const rate = (judged.length / WINDOW_MS) * 60_000;
  const { worker: mb } = peakMb;
  const met = lost === 0 && rate >= LEAST_A_MINUTE && mb !== null && mb <= MOST_MB;
  return {
    rows: [],
    figures: [
      {
        says: 'one worker: checks a minute, and the most memory that it had resident',
        ours: `${Math.round(rate)} a minute, ${lost} lost, ${mb ?? '?'} MB`,
        beside: null,
        target: `≥ ${LEAST_A_MINUTE} within ${MOST_MB} MB`,
        met,
      },
    ],
    notes: [`worker: ${Math.round(rate)} checks took ${(cores.worker * 100).toFixed(0)} % of a core of the worker.`],
    missed: !met,
  };
};
