import type { IsoTime } from '../domain/clock.js';
import type { Evidence, EvidenceKind } from '../domain/evidence/index.js';
import type { RunId } from '../domain/ids.js';
import type { Observation } from '../domain/observation.js';
import type { ProbeOrder, TargetPlan } from '../domain/plan.js';
import type { Report } from '../domain/report.js';
import type { Target } from '../domain/target.js';
import type { Verdict } from '../domain/verdict.js';
import { asVerdict, type Rule, type Seen, unknown } from '../rules/rule.js';
import { statedEvidence } from './stated.js';

export type DiagnoseDeps = {
  rules: readonly Rule[];
  /** Told of a bug in a rule; the others stand. */
  onCrash: (error: unknown, rule: string) => void;
};
export type DiagnoseInput = {
  run: RunId;
  target: Target;
  plan: TargetPlan;
  /** What came back, in any order; an order without an observation did not answer. */
  observations: readonly Observation[];
  startedAt: IsoTime;
  finishedAt: IsoTime;
};

/** Judges everything that came back about one target. Pure but for `onCrash`; a rule that throws is `unknown`. */
export const diagnose = ({ rules, onCrash }: DiagnoseDeps, input: DiagnoseInput): Report => {
  const { run, target, plan, startedAt, finishedAt } = input;
  const observations = plan.orders.map(order => answerTo(order, input.observations));
  const evidence = [...observations.flatMap(believable(target)), ...statedEvidence(target)].sort((a, b) =>
    a.at < b.at ? -1 : a.at > b.at ? 1 : 0,
  );
  const verdicts: Verdict[] = [];
  for (const rule of rules) {
    if (rule.for !== 'any' && rule.for !== target.kind) continue;
    if (rule.leg !== null && !plan.legs.includes(rule.leg)) continue;
    verdicts.push(explained(rule, judge(rule, evidence), verdicts));
  }
  return { schema: 1, run, target: target.id, startedAt, finishedAt, plan, verdicts, observations };

  function judge(rule: Rule, all: readonly Evidence[]): Verdict {
    const seen = seenBy(rule, all);
    const missing = rule.needs.filter(kind => seen[kind].length === 0);
    if (missing.length > 0)
      return asVerdict(rule, unknown(`not seen: ${missing.join(', ')}`, { missing: [...missing] }));
    try {
      return asVerdict(rule, rule.judge(seen, target as never));
    } catch (error) {
      onCrash(error, rule.id);
      return asVerdict(rule, unknown('this rule broke off by a fault of our own; the evidence stands'));
    }
  }
};

/** Only what was ordered counts, and only once: a site can say nothing about another site, probe or target. */
const answerTo = (order: ProbeOrder, observations: readonly Observation[]): Observation => {
  const source = { by: 'probe', probe: order.probe, site: order.site, vantages: order.vantages } as const;
  const answer = observations.find(
    ({ source: from }) => from.by === 'probe' && from.probe === order.probe && from.site === order.site,
  );
  if (!answer) return { is: 'silent', source, why: 'late', says: `${order.site} did not answer in time` };
  return { ...answer, source };
};

/** The evidence of one observation, under the source that was ordered, and of no other target. */
const believable =
  (target: Target) =>
  (observation: Observation): Evidence[] =>
    observation.is === 'silent'
      ? []
      : observation.evidence
          .filter(fact => fact.target === target.id)
          .map(fact => ({ ...fact, source: observation.source }));

const seenBy = (rule: Rule, evidence: readonly Evidence[]): Seen<EvidenceKind> => {
  const mine = evidence.filter(fact => rule.leg === null || !('leg' in fact) || fact.leg === rule.leg);
  return Object.fromEntries(
    [...rule.needs, ...rule.uses].map(kind => [kind, mine.filter(fact => fact.kind === kind)]),
  ) as unknown as Seen<EvidenceKind>;
};

/** What could not be seen because of a problem that another rule has already told is folded behind that rule. */
const explained = (rule: Rule, verdict: Verdict, earlier: readonly Verdict[]): Verdict => {
  if (verdict.is !== 'unknown' || verdict.missing.length === 0) return verdict;
  const cause = earlier.find(other => rule.behind.includes(other.rule) && other.is === 'problem');
  if (cause) return { ...verdict, behind: cause.rule };
  const through = earlier.find(other => rule.behind.includes(other.rule) && other.is === 'unknown' && other.behind);
  return through?.is === 'unknown' ? { ...verdict, behind: through.behind } : verdict;
};
