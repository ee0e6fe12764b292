import type { ConfiguredTarget } from '../domain/configured-target.js';
import { Observation, silence } from '../domain/observation.js';
import type { Plan, ProbeOrder } from '../domain/plan.js';
import type { Slots } from '../intake/ports.js';
import { type Probe, type ProbeDeps, prepareLogin, runProbe } from '../probes/probe.js';

export type ObserveDeps = ProbeDeps & {
  probes: readonly Probe[];
  slots: Slots;
  /** Told after each order. */
  onAnswer: (order: ProbeOrder, observation: Observation) => void;
};

/** Carries out a plan in this process, at most two connections to a target at a time, and gives back what was seen of each target. */
export const observePlan = async (
  plan: Plan,
  targets: readonly ConfiguredTarget[],
  signal: AbortSignal,
  deps: ObserveDeps,
): Promise<ReadonlyMap<string, readonly Observation[]>> => {
  const seen = await Promise.all(
    plan.targets.map(async ({ target: id, orders }) => {
      const target = targets.find(each => each.id === id);
      const observations = target ? await Promise.all(orders.map(order => carryOut(order, target))) : [];
      return [id as string, observations] as const;
    }),
  );
  return new Map(seen);

  async function carryOut(order: ProbeOrder, target: ConfiguredTarget): Promise<Observation> {
    const observation = await look(order, target);
    deps.onAnswer(order, observation);
    return observation;
  }

  async function look(order: ProbeOrder, target: ConfiguredTarget): Promise<Observation> {
    const probe = deps.probes.find(each => each.id === order.probe);
    if (!probe) return silence(order, 'no-worker', `this version has no probe ${order.probe}`);
    let release: () => Promise<void>;
    try {
      await prepareLogin(probe, order, target, signal, deps);
      release = await deps.slots.hold(target.id, order.budgetMs + SLACK_MS, signal);
    } catch (error) {
      if (!signal.aborted) throw error;
      return silence(order, 'late', 'the check ended before its turn came');
    }
    try {
      // Nothing lies between here and the rules, as a worker's queue does, that would look whether it is what it should be.
      const seen = Observation.safeParse(await runProbe(probe, order, target, signal, deps));
      if (seen.success) return seen.data;
      deps.onCrash(seen.error, order);
      return silence(order, 'crashed', 'broke off by a fault of our own');
    } finally {
      await release();
    }
  }
};

/** For the LOGOUT after the budget has run out. */
const SLACK_MS = 5000;
