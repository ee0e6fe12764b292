import type { SiteId } from '../../src/domain/ids.js';
import type { Observation } from '../../src/domain/observation.js';
import type { ProbeOrder } from '../../src/domain/plan.js';
import type { Target } from '../../src/domain/target.js';
import type { Slots } from '../../src/intake/ports.js';
import { type Probe, type ProbeDeps, runProbe } from '../../src/probes/probe.js';
import { probeJob } from './job.js';

export type ProbeWork = ProbeDeps & {
  site: SiteId;
  probes: readonly Probe[];
  /** Of this site's own file: an order only names one of them. */
  targets: readonly Target[];
  slots: Slots;
  /** How long an order may wait for one of the two connections that a target grants us. */
  waitMs: number;
};

/** Longer than any budget: the hold of a worker that died ends by itself. */
const SLOT_GRACE_MS = 5_000;

export const processProbe = (work: ProbeWork) =>
  probeJob.processor(async (order, _job, signal): Promise<Observation> => {
    const { probes, targets, slots, site, waitMs } = work;
    const probe = probes.find(({ id }) => id === order.probe);
    const target = targets.find(({ id }) => id === order.target);
    if (order.site !== site)
      return silent(order, 'no-worker', `a worker of ${site} got an order for ${order.site} and left it`);
    if (!probe) return silent(order, 'no-worker', `${site} runs an older version that has no ${order.probe}`);
    if (!target || target.kind !== probe.for)
      return silent(order, 'no-worker', `the file of ${site} has no such target`);
    if (target.sites && !target.sites.includes(site))
      return silent(order, 'no-worker', `${target.id} is not for ${site} to look at`);

    const budgetMs = Math.min(order.budgetMs, probe.budgetMs);
    const patience = AbortSignal.any([signal, AbortSignal.timeout(waitMs)]);
    const release = await slots.hold(target.id, budgetMs + SLOT_GRACE_MS, patience).catch(error => {
      if (patience.aborted) return null;
      throw error;
    });
    if (!release) return silent(order, 'late', 'other connections to the target were open all the time');
    try {
      return await runProbe(probe, { ...order, budgetMs }, target, signal, work);
    } finally {
      await release().catch(() => {}); // the hold ends by itself; what was seen must not be lost for it
    }
  });

const silent = (order: ProbeOrder, why: 'no-worker' | 'late', says: string): Observation => ({
  is: 'silent',
  source: { by: 'probe', probe: order.probe, site: order.site, vantages: order.vantages },
  why,
  says,
});
