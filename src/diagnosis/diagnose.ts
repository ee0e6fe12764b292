import type { IsoTime } from '../domain/clock.js';
import type { ConfiguredTarget } from '../domain/configured-target.js';
import type { Leg } from '../domain/evidence/evidence.js';
import type { Evidence, EvidenceKind } from '../domain/evidence/index.js';
import type { RunId } from '../domain/ids.js';
import { type Observation, silence, sourceOf } from '../domain/observation.js';
import type { ProbeOrder, TargetPlan } from '../domain/plan.js';
import type { Report } from '../domain/report.js';
import type { Target } from '../domain/target.js';
import type { Verdict } from '../domain/verdict.js';
import { exchangeVersion } from '../rules/exchange-version.js';
import { asVerdict, type Rule, type Seen, unknown } from '../rules/rule.js';
import { withoutAnswered } from './answered.js';
import { inEveryVersion } from './in-every-version.js';
import { statedEvidence } from './stated.js';
import { judgedFor } from './version.js';

export type DiagnoseDeps = {
  rules: readonly Rule[];
  /** Told of a bug in a rule; the others stand. */
  onCrash: (error: unknown, rule: string) => void;
};
export type DiagnoseInput = {
  run: RunId;
  target: ConfiguredTarget;
  plan: TargetPlan;
  /** What came back, in any order; an order without an observation did not answer. */
  observations: readonly Observation[];
  /** What somebody read out by hand, as evidence of its own. */
  pasted?: readonly Evidence[];
  /** What files told that somebody read here. Never what a site answers: it can say nothing of files. */
  artifacts?: readonly Observation[];
  startedAt: IsoTime;
  finishedAt: IsoTime;
};

/** Judges everything that came back about one target. Pure but for `onCrash`; a rule that throws is `unknown`. */
export const diagnose = ({ rules, onCrash }: DiagnoseDeps, input: DiagnoseInput): Report => {
  const { run, target, plan, startedAt, finishedAt } = input;
  const answers = plan.orders.map(order => answerTo(order, input.observations));
  const artifacts = (input.artifacts ?? []).filter(({ source }) => source.by === 'artifact');
  const observations = [...answers, ...artifacts];
  const evidence = [
    ...answers.flatMap(believable(target)),
    ...artifacts.flatMap(told(target)),
    ...statedEvidence(target),
    ...(input.pasted ?? []),
  ].sort((a, b) => (a.at < b.at ? -1 : a.at > b.at ? 1 : 0));
  const read = new Set(artifacts.flatMap(told(target)).map(({ kind }) => kind));
  const crashed = new Set<string>();
  const known = judgedFor(target, evidence);
  const verdicts: Verdict[] = [];
  for (const rule of rules) {
    if (rule.for !== 'any' && rule.for !== target.kind) continue;
    if (rule.leg !== null && !plan.legs.includes(rule.leg) && !isRead(rule, rule.leg)) continue;
    verdicts.push(explained(rule, judge(rule), verdicts));
  }
  const said = verdicts.some(({ rule }) => rule === exchangeVersion.id);
  if (known.is === 'not-known' && !said) verdicts.push(asVerdict(exchangeVersion, known.about));
  const report = { schema: 1, run, target: target.id, startedAt, finishedAt, plan, verdicts, observations } as const;
  return known.is === 'revealed' ? { ...report, revealed: known.revealed } : report;

  /** No probe looks at that conversation here, but somebody had something read about it. */
  function isRead(rule: Rule, leg: Leg): boolean {
    return (plan.withRead?.includes(leg) ?? false) && feeds(read, rule);
  }

  function judge(rule: Rule): Verdict {
    if (known.is !== 'configured' && rule.id === exchangeVersion.id) return asVerdict(rule, known.about);
    if (known.is !== 'not-known') return judgeAs(rule, known.target);
    return (
      inEveryVersion(known.candidates.map(candidate => judgeAs(rule, candidate))) ??
      asVerdict(rule, unknown('what it means differs between versions of Exchange: exchange-version asks for yours'))
    );
  }

  function judgeAs(rule: Rule, judged: Target): Verdict {
    const seen = seenBy(rule, evidence);
    const missing = rule.needs.filter(kind => seen[kind].length === 0);
    if (missing.length > 0)
      return asVerdict(rule, unknown(`not seen: ${missing.join(', ')}`, { missing: [...missing] }));
    try {
      const verdict = asVerdict(rule, rule.judge(seen, judged as never, finishedAt));
      return withoutAnswered(verdict, evidence, judged, finishedAt);
    } catch (error) {
      if (!crashed.has(rule.id)) onCrash(error, rule.id);
      crashed.add(rule.id);
      return asVerdict(rule, unknown('this rule broke off by a fault of our own; the evidence stands'));
    }
  }
};

/** Whether facts of these kinds can answer it. A rule without needs lives on whatever of its kinds there is. */
export const feeds = (kinds: ReadonlySet<string>, { needs, uses }: Rule): boolean =>
  needs.length > 0 ? needs.every(kind => kinds.has(kind)) : uses.some(kind => kinds.has(kind));

/** Only what was ordered counts, and only once: a site can say nothing about another site, probe or target. */
const answerTo = (order: ProbeOrder, observations: readonly Observation[]): Observation => {
  const answer = observations.find(
    ({ source: from }) => from.by === 'probe' && from.probe === order.probe && from.site === order.site,
  );
  return answer ? { ...answer, source: sourceOf(order) } : silence(order, 'late', 'no answer in time');
};

/** The evidence of one observation, under the source that was ordered, and of no other target. */
const believable =
  (target: ConfiguredTarget) =>
  (observation: Observation): Evidence[] =>
    observation.is === 'silent'
      ? []
      : observation.evidence
          .filter(fact => fact.target === target.id)
          .map(fact => ({ ...fact, source: observation.source }));

/** Facts of a file keep their own source: it names the line. */
const told =
  (target: ConfiguredTarget) =>
  (observation: Observation): Evidence[] =>
    observation.is === 'silent' ? [] : observation.evidence.filter(fact => fact.target === target.id);

const seenBy = (rule: Rule, evidence: readonly Evidence[]): Seen<EvidenceKind> => {
  const mine = evidence.filter(fact => rule.leg === null || !('leg' in fact) || fact.leg === rule.leg);
  return Object.fromEntries(
    [...rule.needs, ...rule.uses].map(kind => [kind, mine.filter(fact => fact.kind === kind)]),
  ) as unknown as Seen<EvidenceKind>;
};

/** What could not be seen because of a problem that another rule has already told is folded behind that rule. */
const explained = (rule: Rule, verdict: Verdict, earlier: readonly Verdict[]): Verdict => {
  if (verdict.is !== 'unknown' || verdict.missing.length === 0 || verdict.behind) return verdict;
  const cause = earlier.find(other => rule.behind.includes(other.rule) && stopsOthers(other));
  if (cause) return { ...verdict, behind: cause.rule };
  const through = earlier.find(other => rule.behind.includes(other.rule) && other.is === 'unknown' && other.behind);
  return through?.is === 'unknown' ? { ...verdict, behind: through.behind } : verdict;
};

/** A remark beside what was seen keeps nobody from seeing more. */
const stopsOthers = (verdict: Verdict): boolean =>
  verdict.is === 'problem' && verdict.findings.some(({ severity }) => severity !== 'notice');
