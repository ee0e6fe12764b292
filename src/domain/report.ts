import { z } from 'zod';
import { IsoTime } from './clock.js';
import { RunId, TargetId } from './ids.js';
import { Observation } from './observation.js';
import { TargetPlan } from './plan.js';
import { ExchangeVersion } from './target.js';
import { type Finding, Verdict } from './verdict.js';

/**
 * What has become of one rule's problem since the report before. `unclear`: it was one, and this time nobody could see.
 * `says` is the sentence of the latest problem, or why it could not be seen.
 */
export const Change = z.object({
  rule: z.string(),
  is: z.enum(['fixed', 'still', 'worse', 'new', 'unclear']),
  says: z.string(),
});
export type Change = z.infer<typeof Change>;

/** The report before, and what differs: an answer keeps both. */
export const Compared = z.object({ run: RunId, at: IsoTime, changes: z.array(Change) });
export type Compared = z.infer<typeof Compared>;

/** The version that the servers say of themselves, where the file has none; `says` goes with every command that rests on it. */
export const Revealed = z.object({ version: ExchangeVersion, says: z.string() });
export type Revealed = z.infer<typeof Revealed>;

/** What somebody had read before and was judged too: of which run, when, and which files. Oldest first. */
export const WithRead = z.array(z.object({ run: RunId, at: IsoTime, files: z.array(z.string()) })).max(200);
export type WithRead = z.infer<typeof WithRead>;

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
  observations: z.array(Observation).max(1000),
  /** Missing where there was no report before, or it is no longer kept. */
  compared: Compared.optional(),
  /** Missing where nothing that was read before counted. */
  withRead: WithRead.optional(),
  /** Missing where the version is configured, or not known at all. */
  revealed: Revealed.optional(),
});
export type Report = z.infer<typeof Report>;

/** Whether every order was answered in full, and from every side from which looking is conclusive. */
export const sawEverything = ({ observations, plan }: Pick<Report, 'observations' | 'plan'>): boolean =>
  observations.every(observation => observation.is === 'seen' && !observation.cut) && plan.uncovered.length === 0;

/** What somebody must act on. A notice is worth reading and breaks nothing. */
export const problemsOf = (report: Pick<Report, 'verdicts'>): Finding[] =>
  report.verdicts.flatMap(verdict =>
    verdict.is === 'problem' ? verdict.findings.filter(finding => finding.severity !== 'notice') : [],
  );

/** The state of a whole target: one problem makes it one; neither an unknown nor what nobody looked at counts as healthy. */
export const State = z.enum(['healthy', 'problem', 'unknown']);
export type State = z.infer<typeof State>;
export const stateOf = (report: Report): State => {
  const has = (is: Verdict['is']) => report.verdicts.some(verdict => verdict.is === is);
  if (problemsOf(report).length > 0) return 'problem';
  return has('healthy') && !has('unknown') && sawEverything(report) ? 'healthy' : 'unknown';
};
export const worstOf = (states: readonly State[]): State =>
  states.includes('problem') ? 'problem' : states.length === 0 || states.includes('unknown') ? 'unknown' : 'healthy';
