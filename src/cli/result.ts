import { z } from 'zod';
import { ConfiguredTarget } from '../domain/configured-target.js';
import { Report, type State, stateOf, worstOf } from '../domain/report.js';

/**
 * What `--json` prints and `--save` writes, and `diagnose` reads. `schema` changes when a reader of the old shape would be misled;
 * new keys may come any time. The targets stand in it (with references to secrets, never secrets), so that it can be judged again.
 */
export const Result = z.object({
  schema: z.literal(1),
  state: z.enum(['healthy', 'problem', 'unknown']),
  /** Sites that the machine stood for. */
  sites: z.array(z.string()),
  /** Whether it was stopped before everything was looked at. */
  stopped: z.boolean(),
  reports: z.array(Report).min(1),
  targets: z.array(ConfiguredTarget),
});
export type Result = z.infer<typeof Result>;

/**
 * What is read of a saved result: what was planned and seen. What was judged then is judged anew, so it may have the shape of any
 * version, or any depth: the file comes from somewhere else.
 */
export const Saved = Result.pick({ schema: true, sites: true, stopped: true }).extend({
  reports: z
    .array(Report.omit({ verdicts: true }))
    .min(1)
    .max(1000),
  targets: z.array(ConfiguredTarget).max(1000),
});
export type Saved = z.infer<typeof Saved>;

export const resultOf = (
  reports: readonly Report[],
  { targets, sites, stopped }: { targets: readonly ConfiguredTarget[]; sites: readonly string[]; stopped: boolean },
): Result => ({
  schema: 1,
  state: worstOf(reports.map(stateOf)) satisfies State,
  sites: [...sites],
  stopped,
  reports: [...reports],
  targets: [...targets],
});
