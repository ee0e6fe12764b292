import { compare } from '../../src/diagnosis/compare.js';
import { diagnose } from '../../src/diagnosis/diagnose.js';
import { stillTold } from '../../src/diagnosis/kept.js';
import { type Clock, isoNow } from '../../src/domain/clock.js';
import type { ConfiguredTarget } from '../../src/domain/configured-target.js';
import { ConfigError } from '../../src/domain/errors.js';
import { sharingAccounts } from '../../src/domain/ladder.js';
import { Observation, silence } from '../../src/domain/observation.js';
import type { ProbeOrder, TargetPlan } from '../../src/domain/plan.js';
import { noTrace, type Trace } from '../../src/domain/trace.js';
import type { Claims, History, Readings, Stops } from '../../src/intake/ports.js';
import type { Rule } from '../../src/rules/rule.js';
import { probeJob } from '../probe/job.js';
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
  trace?: Trace;
};

export const processDiagnose = ({
  clock,
  targets,
  rules,
  history,
  claims,
  stops,
  readings,
  onCrash,
  trace = noTrace,
}: DiagnoseWork) =>
  diagnoseJob.processor(async ({ run, at, plan, isPart }, job) => {
    const target = targets.find(({ id }) => id === plan.target);
    if (!target)
      throw new ConfigError('the target of a running check is no longer configured', { target: plan.target });
    const answers = await job.getChildrenValues<unknown>();
    const failures = await job.getIgnoredChildrenFailures();
    const observations = plan.orders.flatMap(order => answerTo(order, answers, failures));
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
const answerTo = (order: ProbeOrder, answers: object, failures: object): Observation[] => {
  const key = (keys: object) => Object.entries(keys).find(([name]) => name.endsWith(`:${probeJob.id(order)}`));
  const answer = key(answers);
  if (answer) return [readable(order, answer[1])];
  return key(failures) ? [silence(order, 'crashed', 'its worker broke off before it answered')] : [];
};

const readable = (order: ProbeOrder, answer: unknown): Observation => {
  const { data } = Observation.safeParse(answer);
  if (!data) return silence(order, 'unreadable', 'its answer could not be read');
  const { source } = data;
  return source.by === 'probe' && source.probe === order.probe && source.site === order.site
    ? data
    : silence(order, 'unreadable', 'it gave the answer to another order');
};
