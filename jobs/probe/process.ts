import type { Job, Processor } from 'bullmq';
import type { ConfiguredTarget } from '../../src/domain/configured-target.js';
import type { SiteId } from '../../src/domain/ids.js';
import { climbedAccount } from '../../src/domain/ladder.js';
import { type Observation, silence } from '../../src/domain/observation.js';
import { ProbeOrder } from '../../src/domain/plan.js';
import type { Claims, Climbs, Slots, Stops } from '../../src/intake/ports.js';
import { type Probe, type ProbeDeps, prepareLogin, runProbe } from '../../src/probes/probe.js';
import type { Refused } from '../../src/signing/signed.js';
import type { Signing } from '../../src/signing/signing.js';
import { type DoneOnce, doneOnce } from './done-once.js';
import { probeJob } from './job.js';
import { progressSigner } from './progress.js';
import { CLOCKS_DIFFER_MS, timely } from './timely.js';

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
  climbs?: Climbs;
  /** Told of every answer. */
  onAnswer?: (observation: Observation) => void;
  /** Told of orders that were not carried out: nobody signed them, they are stale, they were carried out before. */
  onRefused?: (refused: Pick<Refused, 'why' | 'says'> | { why: 'repeated'; says: string }, id: string) => void;
};

/** Longer than any budget: the hold of a worker that died ends by itself. */
const SLOT_GRACE_MS = 5_000;

/** Carries out what a bot has signed for this site, in time and once; all else is answered with why not. The answer is signed too. */
export const processProbe = (work: ProbeWork, signing: Signing): Processor => {
  const { clock, site, onAnswer, onRefused } = work;
  const once: DoneOnce<Observation> = doneOnce(clock);
  return async (job, _token, signal) => {
    const observation = await answerTo(job, signal ?? new AbortController().signal);
    onAnswer?.(observation);
    return probeJob.answer(signing, String(job.id), observation);
  };

  async function answerTo(job: Job, signal: AbortSignal): Promise<Observation> {
    const id = String(job.id);
    const read = await probeJob.order(signing, job);
    const trusted = read.is === 'good' ? timely(read, clock.now(), site) : read;
    if (trusted.is === 'refused') return refusal(trusted, id);
    const { value: order, untilMs } = trusted;
    const answer = await once(id, untilMs + CLOCKS_DIFFER_MS, () => observe(work, signing, order, job, signal));
    return answer ?? refusal({ why: 'repeated', says: 'it was carried out before' }, id);
  }

  function refusal(refused: Parameters<NonNullable<ProbeWork['onRefused']>>[0], id: string): Observation {
    onRefused?.(refused, id);
    return silence(namedBy(id, site), 'refused', `${site} does not carry out the order, because ${refused.says}`);
  }
};

/** Of an order that is not trusted only its job's name is known; the bot holds the answer against the order that it laid. */
const namedBy = (id: string, site: SiteId): Pick<ProbeOrder, 'probe' | 'site' | 'vantages'> => ({
  probe: ProbeOrder.shape.probe.max(60).catch('unknown').parse(id.split('.')[2]),
  site,
  vantages: [],
});

const observe = async (
  work: ProbeWork,
  signing: Signing,
  order: ProbeOrder,
  job: Job,
  signal: AbortSignal,
): Promise<Observation> => {
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

  const budgetMs = Math.min(order.budgetMs, probe.budgetMs);
  // A ladder takes one of the two like every probe, for as long as it climbs, so that another one can look beside it. How many sessions
  // it holds is bounded by what somebody has agreed to, and by this site's own file.
  const patience = AbortSignal.any([signal, AbortSignal.timeout(waitMs)]);
  const hold = async () => {
    await prepareLogin(probe, order, target, patience, work);
    return slots.hold(target.id, budgetMs + SLOT_GRACE_MS, patience);
  };
  const release = await hold().catch(error => {
    if (patience.aborted) return null;
    throw error;
  });
  if (!release) return silence(order, 'late', 'other connections to the target were open all the time');
  let leave: Awaited<ReturnType<Climbs['begin']>> | undefined;
  try {
    if (hasPrice(order) && (await work.claims.holder(target.id))?.run !== order.run)
      return silence(order, 'late', `its check no longer holds ${target.id}, so nobody could stop it any more`);
    leave = order.ladder ? await work.climbs?.begin(climbedAccount(target, order.ladder.account)) : undefined;
    if (leave === null)
      return silence(order, 'late', `somebody else on the machine of ${site} climbs on the account of ${target.id}`);
    const signed = progressSigner(signing, String(job.id));
    const onProgress = (_: ProbeOrder, says: string) => void job.updateProgress(signed(says)).catch(() => {}); // a courtesy
    return await runProbe(probe, { ...order, budgetMs }, target, signal, { ...work, onProgress });
  } finally {
    await leave?.();
    await release().catch(() => {}); // the hold ends by itself; what was seen must not be lost for it
  }
};

/**
 * What takes something from others begins only while its run holds the target: «stop» finds it by that, and no other one begins beside it.
 * An order may outlive its run in the queue: its worker was away, or the asker was told that the queue had not taken it.
 */
const hasPrice = ({ ladder, sendsMail }: ProbeOrder): boolean => ladder !== undefined || sendsMail === true;
