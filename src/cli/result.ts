import { z } from 'zod';
import { Report, type State, stateOf, worstOf } from '../domain/report.js';
import { Target } from '../domain/target.js';

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
  targets: z.array(Target),
});
export type Result = z.infer<typeof Result>;

export const resultOf = (
  reports: readonly Report[],
  { targets, sites, stopped }: { targets: readonly Target[]; sites: readonly string[]; stopped: boolean },
): Result => ({
  schema: 1,
  state: worstOf(reports.map(stateOf)) satisfies State,
  sites: [...sites],
  stopped,
  reports: [...reports],
  targets: [...targets],
});
