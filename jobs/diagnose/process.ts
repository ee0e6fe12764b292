import { diagnose } from '../../src/diagnosis/diagnose.js';
import { type Clock, isoNow } from '../../src/domain/clock.js';
import { ConfigError } from '../../src/domain/errors.js';
import { Observation } from '../../src/domain/observation.js';
import type { ProbeOrder, TargetPlan } from '../../src/domain/plan.js';
import type { Target } from '../../src/domain/target.js';
import type { Claims, History } from '../../src/intake/ports.js';
import type { Rule } from '../../src/rules/rule.js';
import { probeJob } from '../probe/job.js';
import { diagnoseJob } from './job.js';

export type DiagnoseWork = {
  clock: Clock;
  targets: readonly Target[];
  rules: readonly Rule[];
  history: History;
  claims: Claims;
  onCrash: (error: unknown, rule: string) => void;
};

export const processDiagnose = ({ clock, targets, rules, history, claims, onCrash }: DiagnoseWork) =>
  diagnoseJob.processor(async ({ run, at, plan }, job) => {
    const target = targets.find(({ id }) => id === plan.target);
    if (!target)
      throw new ConfigError('the target of a running check is no longer configured', { target: plan.target });
    const answers = await job.getChildrenValues<unknown>();
    const failures = await job.getIgnoredChildrenFailures();
    const observations = [
      ...Object.values(answers).flatMap(readable),
      ...plan.orders.flatMap(order => unheard(order, answers, failures)),
    ];
    const report = diagnose(
      { rules, onCrash },
      { run, target, plan, observations, startedAt: at, finishedAt: isoNow(clock) },
    );
    await history.put(report);
    await claims.release(target.id, run);
    return report;
  });

const readable = (answer: unknown): Observation[] => {
  const parsed = Observation.safeParse(answer);
  return parsed.success ? [parsed.data] : [];
};

/** Why an order brought nothing, as far as the queue knows; what the queue does not know is late. */
const unheard = (order: TargetPlan['orders'][number], answers: object, failures: object): Observation[] => {
  const key = (keys: object) => Object.entries(keys).find(([name]) => name.endsWith(`:${probeJob.id(order)}`));
  const answer = key(answers);
  if (answer)
    return Observation.safeParse(answer[1]).success
      ? []
      : [silent(order, 'unreadable', 'its answer could not be read')];
  return key(failures) ? [silent(order, 'crashed', 'its worker broke off before it answered')] : [];
};

const silent = (order: ProbeOrder, why: 'unreadable' | 'crashed', says: string): Observation => ({
  is: 'silent',
  source: { by: 'probe', probe: order.probe, site: order.site, vantages: order.vantages },
  why,
  says,
});
