import type { Job } from 'bullmq';
import type { ConfiguredTarget } from '../../src/domain/configured-target.js';
import type { SiteId } from '../../src/domain/ids.js';
import { type Observation, silence } from '../../src/domain/observation.js';
import type { ProbeOrder } from '../../src/domain/plan.js';
import type { Claims, Slots, Stops } from '../../src/intake/ports.js';
import { type Probe, type ProbeDeps, runProbe } from '../../src/probes/probe.js';
import { probeJob } from './job.js';

export type ProbeWork = Omit<ProbeDeps, 'onProgress'> & {
  site: SiteId;
  probes: readonly Probe[];
  /** Of this site's own file: an order only names one of them. */
  targets: readonly ConfiguredTarget[];
  slots: Slots;
  /** How long an order may wait for one of the two connections that a target grants us. */
  waitMs: number;
  stops: Stops;
  claims: Pick<Claims, 'holder'>;
  /** Told of every answer. */
  onAnswer?: (observation: Observation) => void;
};

/** Longer than any budget: the hold of a worker that died ends by itself. */
const SLOT_GRACE_MS = 5_000;

/** The bot's clock wrote the order's time; ours may be wrong by some minutes. */
const CLOCKS_DIFFER_MS = 300_000;

export const processProbe = (work: ProbeWork) =>
  probeJob.processor(async (order, job, signal): Promise<Observation> => {
    const observation = await observe(work, order, job, signal);
    work.onAnswer?.(observation);
    return observation;
  });

const observe = async (work: ProbeWork, order: ProbeOrder, job: Job, signal: AbortSignal): Promise<Observation> => {
  const { probes, targets, slots, site, waitMs } = work;
  const probe = probes.find(({ id }) => id === order.probe);
  const target = targets.find(({ id }) => id === order.target);
  if (order.site !== site)
    return silence(order, 'no-worker', `a worker of ${site} got an order for ${order.site} and left it`);
  if (!probe) return silence(order, 'no-worker', `${site} runs an older version that has no ${order.probe}`);
  if (!target || target.kind !== probe.for)
    return silence(order, 'no-worker', `the file of ${site} has no such target`);
  if (target.sites && !target.sites.includes(site))
    return silence(order, 'no-worker', `${target.id} is not for ${site} to look at`);

  if (work.clock.now() - job.timestamp > waitMs + CLOCKS_DIFFER_MS)
    return silence(order, 'late', 'the order lay in the queue until nobody waited for it any more');

  const budgetMs = Math.min(order.budgetMs, probe.budgetMs);
  // A ladder takes one of the two like every probe, for as long as it climbs, so that another one can look beside it. How many sessions
  // it holds is bounded by what somebody has agreed to, and by this site's own file.
  const patience = AbortSignal.any([signal, AbortSignal.timeout(waitMs)]);
  const release = await slots.hold(target.id, budgetMs + SLOT_GRACE_MS, patience).catch(error => {
    if (patience.aborted) return null;
    throw error;
  });
  if (!release) return silence(order, 'late', 'other connections to the target were open all the time');
  try {
    if (hasPrice(order) && (await work.claims.holder(target.id))?.run !== order.run)
      return silence(order, 'late', `its check no longer holds ${target.id}, so nobody could stop it any more`);
    const onProgress = (_: ProbeOrder, says: string) => void job.updateProgress(says).catch(() => {}); // a courtesy
    return await runProbe(probe, { ...order, budgetMs }, target, signal, { ...work, onProgress });
  } finally {
    await release().catch(() => {}); // the hold ends by itself; what was seen must not be lost for it
  }
};

/**
 * What takes something from others begins only while its run holds the target: «stop» finds it by that, and no other one begins beside it.
 * An order may outlive its run in the queue: its worker was away, or the asker was told that the queue had not taken it.
 */
const hasPrice = ({ ladder, sendsMail }: ProbeOrder): boolean => ladder !== undefined || sendsMail === true;
