import { z } from 'zod';
import { IsoTime } from './clock.js';
import { RunId, TargetId } from './ids.js';
import { Observation } from './observation.js';
import { TargetPlan } from './plan.js';
import { Verdict } from './verdict.js';

/** One target of one run as data: whatever is shown anywhere can be drawn again from it. */
export const Report = z.object({
  schema: z.literal(1),
  run: RunId,
  target: TargetId,
  startedAt: IsoTime,
  finishedAt: IsoTime,
  plan: TargetPlan,
  verdicts: z.array(Verdict),
  /** One for each order, seen or silent. */
  observations: z.array(Observation),
});
export type Report = z.infer<typeof Report>;

/** The state of a whole target: one problem makes it one; unknown never counts as healthy. */
export const State = z.enum(['healthy', 'problem', 'unknown']);
export type State = z.infer<typeof State>;
export const stateOf = (report: Report): State => {
  if (report.verdicts.some(verdict => verdict.is === 'problem')) return 'problem';
  if (report.verdicts.some(verdict => verdict.is === 'unknown')) return 'unknown';
  return report.verdicts.some(verdict => verdict.is === 'healthy') ? 'healthy' : 'unknown';
};
export const worstOf = (states: readonly State[]): State =>
  states.includes('problem') ? 'problem' : states.length === 0 || states.includes('unknown') ? 'unknown' : 'healthy';
