import type { Processor } from 'bullmq';
import { compare } from '../../src/diagnosis/compare.js';
import { diagnose } from '../../src/diagnosis/diagnose.js';
import { stillTold } from '../../src/diagnosis/kept.js';
import { type Clock, isoNow } from '../../src/domain/clock.js';
import type { ConfiguredTarget } from '../../src/domain/configured-target.js';
import { ConfigError } from '../../src/domain/errors.js';
import { sharingAccounts } from '../../src/domain/ladder.js';
import { type Observation, silence } from '../../src/domain/observation.js';
import type { ProbeOrder, TargetPlan } from '../../src/domain/plan.js';
import type { Report } from '../../src/domain/report.js';
import { noTrace, type Trace } from '../../src/domain/trace.js';
import type { Claims, History, Readings, Stops } from '../../src/intake/ports.js';
import type { Rule } from '../../src/rules/rule.js';
import { siteParty } from '../../src/signing/signed.js';
import { probeJob } from '../probe/job.js';
import { RefusedAnswerError, type Trust } from '../reports.js';
import { diagnoseJob } from './job.js';

export type DiagnoseWork = {
  clock: Clock;
  targets: readonly ConfiguredTarget[];
  rules: readonly Rule[];
  history: History;
  claims: Claims;
  stops: Pick<Stops, 'press'>;
  /** Missing where nothing is kept of what people have read. */
  readings?: Pick<Readings, 'kept'>;
  onCrash: (error: unknown, rule: string) => void;
  /** Told of every target that was judged, also of what is no report; must not throw. */
  onJudged?: (report: Report) => Promise<void>;
  trace?: Trace;
};

/** Its answer is signed: whoever tells it does so in the bot's name. */
export const processDiagnose = (work: DiagnoseWork, trust: Trust): Processor => {
  const judge = judging(work, trust);
  return async (job, token, signal) =>
    diagnoseJob.answer(trust.signing, String(job.id), await judge(job, token, signal));
};

const judging = (
  { clock, targets, rules, history, claims, stops, readings, onCrash, onJudged, trace = noTrace }: DiagnoseWork,
  trust: Trust,
): Processor<unknown, Report> =>
  diagnoseJob.processor(trust.signing, async ({ run, at, plan, isPart }, job) => {
    const target = targets.find(({ id }) => id === plan.target);
    if (!target)
      throw new ConfigError('the target of a running check is no longer configured', { target: plan.target });
    const answers = await job.getChildrenValues<unknown>();
    const failures = await job.getIgnoredChildrenFailures();
    const answered = await Promise.all(plan.orders.map(order => answerTo(order, answers, failures, trust)));
    const observations = answered.flat();
    const input = { run, target, plan, observations, startedAt: at, finishedAt: isoNow(clock) };
    const looked = await trace.step('judge', { 'uccx.run': run, 'uccx.target': target.id }, async () =>
      diagnose({ rules, onCrash }, input),
    );
    const { artifacts, withRead } = stillTold(await keptFor(plan), observations);
    const judged =
      artifacts.length > 0 ? { ...diagnose({ rules, onCrash }, { ...input, artifacts }), withRead } : looked;
    const before = await history.last(target.id);
    // Tried again after the report was put: what it was compared with then still counts.
    const compared = before?.run === run ? before.compared : before ? compare(before, judged) : undefined;
    const report = compared ? { ...judged, compared } : judged;
    if (!isPart) await history.put(report, target, looked);
    await onJudged?.(report);
    // Who has not answered yet may still climb: not on, once nobody holds the target for it.
    const isAwaited = ({ probe, site, ladder, sendsMail }: ProbeOrder) =>
      (ladder || sendsMail) &&
      !observations.some(({ source }) => source.by === 'probe' && source.probe === probe && source.site === site);
    if (plan.orders.some(isAwaited)) await stops.press(run);
    // A deep check keeps others off the accounts that it climbs on; what this run does not hold stays with who holds it.
    for (const { id } of plan.orders.some(({ ladder }) => ladder) ? sharingAccounts(target, targets) : [target])
      await claims.release(id, run);
    return report;

    async function keptFor({ target, withRead }: TargetPlan) {
      return withRead && readings ? readings.kept(target) : [];
    }
  });

/**
 * What the job of this very order brought: a site can say nothing in another's place. Why it brought nothing, as far as the queue
 * knows; what the queue does not know is late.
 */
const answerTo = async (order: ProbeOrder, answers: object, failures: object, trust: Trust): Promise<Observation[]> => {
  const key = (keys: object) => Object.entries(keys).find(([name]) => name.endsWith(`:${probeJob.id(order)}`));
  const answer = key(answers);
  if (answer) return [await readable(order, answer[1], trust)];
  return key(failures) ? [silence(order, 'crashed', 'its worker broke off before it answered')] : [];
};

/** A site can say nothing in another's place: only its own key signs what counts as its answer. */
const readable = async (order: ProbeOrder, found: unknown, { signing, onRefused }: Trust): Promise<Observation> => {
  const id = probeJob.id(order);
  const read = await probeJob.answered(signing, siteParty(order.site), id, found);
  if (read.is === 'refused') {
    onRefused(new RefusedAnswerError(`an answer of ${order.site} is left out, because ${read.says}`, { id }));
    return silence(order, 'refused', `its answer does not count, because ${read.says}`);
  }
  if (read.is === 'unreadable') return silence(order, 'unreadable', 'its answer could not be read');
  const { source } = read.value;
  return source.by === 'probe' && source.probe === order.probe && source.site === order.site
    ? read.value
    : silence(order, 'unreadable', 'it gave the answer to another order');
};
