import { makePlan } from '../../src/diagnosis/plan.js';
import type { Clock } from '../../src/domain/clock.js';
import type { ConfiguredTarget } from '../../src/domain/configured-target.js';
import type { Digest } from '../../src/domain/digest.js';
import { dueSlot, spreadMs, spreadOf, withLaid } from '../../src/domain/digest-due.js';
import type { DigestId } from '../../src/domain/digest-when.js';
import { type RunId, runIdOf } from '../../src/domain/ids.js';
import type { Plan, TargetPlan } from '../../src/domain/plan.js';
import type { Site } from '../../src/domain/target.js';
import type { Claims, Digests, History } from '../../src/intake/ports.js';
import type { ProbeCard } from '../../src/probes/probe.js';
import type { Tree } from '../define.js';
import { diagnoseTrees } from '../flow.js';
import { digestJob, digestTellJob } from './job.js';

export type DigestWork = {
  clock: Clock;
  digests: Digests;
  /** Those of the configuration. */
  configured: readonly Digest[];
  /** The targets that a digest is about now. */
  scope: (digest: Digest) => readonly ConfiguredTarget[];
  sites: readonly Site[];
  cards: readonly ProbeCard[];
  deadlineMs: number;
  claims: Claims;
  history: Pick<History, 'last'>;
  lay: (trees: Tree[]) => Promise<void>;
  /** Told before anything of it is laid. What it throws keeps the look from beginning. */
  onPlan?: (plan: Plan, digest: DigestId) => Promise<void>;
};

/** Somebody looked so shortly before that nothing is gained by looking again. */
const FRESH_MS = 10 * 60_000;
/** How long after its deadline a claim lets go by itself, should its run never end. */
const CLAIM_GRACE_MS = 30_000;
/** A worker takes only so many orders at a time, so many targets need longer than one. */
const TARGETS_AT_ONCE = 40;
const MOST_DEADLINE_MS = 300_000;

/**
 * Begins the digest that is due: a check of each of its targets, as harmless as any, and behind them all the telling. Who is being
 * checked by somebody else, or was a moment ago, is not checked again.
 */
export const processDigest = (work: DigestWork) =>
  digestJob.scheduled(async ({ digest: id }) => {
    const { clock, digests, claims, lay } = work;
    const digest = await digestOf(work, id);
    if (!digest) return { did: 'ended', slot: null };
    const memory = await digests.memory(id);
    const now = clock.now();
    const slot = memory ? dueSlot(digest, memory, now) : null;
    if (!memory || slot === null) return { did: 'nothing', slot: null };

    const run = runIdOf('digest', `${id} ${slot}`);
    const about = work.scope(digest);
    const overMs = spreadMs(about.length);
    const deadlineMs =
      overMs +
      Math.min(work.deadlineMs * Math.max(1, Math.ceil(about.length / TARGETS_AT_ONCE)), MOST_DEADLINE_MS - overMs);
    const planOf = (targets: readonly ConfiguredTarget[]): Plan => {
      const { sites, cards } = work;
      const at = new Date(now).toISOString();
      return makePlan({ run, at, targets, sites, cards, only: [], loginAnyway: false, deadlineMs });
    };
    const free: ConfiguredTarget[] = [];
    try {
      for (const target of about) {
        if (await wasJustSeen(target, now)) continue;
        const holder = { run, since: new Date(now).toISOString(), link: null };
        const claimed = await claims.take(target.id, holder, deadlineMs + CLAIM_GRACE_MS);
        if (claimed.is === 'taken') free.push(target);
      }
      const plan = free.length > 0 ? planOf(free) : null;
      if (plan) await work.onPlan?.(plan, id);
      const trees = plan ? diagnoseTrees(plan, { unasked: true }) : null;
      const tell = digestTellJob.node(
        {
          run,
          digest,
          slot,
          at: new Date(now).toISOString(),
          targets: about.map(target => target.id),
          freshFrom: new Date(now - FRESH_MS).toISOString(),
          waitUntil: new Date(now + deadlineMs + CLAIM_GRACE_MS).toISOString(),
        },
        trees ? { children: trees.children.map(tree => spread(tree, overMs)) } : {},
      );
      await lay([tell, ...(trees?.deadlines ?? [])]);
    } catch (error) {
      await release(free, run); // tried again, it takes them again
      throw error;
    }
    // Laying the same run again changes nothing, so what breaks off before this is put right by the next look.
    await digests.remember(id, { ...memory, ...withLaid(memory, slot) });
    return { did: 'laid', slot: new Date(slot).toISOString() };

    async function wasJustSeen(target: ConfiguredTarget, at: number): Promise<boolean> {
      const last = await work.history.last(target.id);
      if (!last || Date.parse(last.finishedAt) < at - FRESH_MS) return false;
      const legs = planOf([target]).targets[0]?.legs ?? [];
      return legs.every(leg => last.plan.legs.includes(leg)); // `--only` saw a part
    }

    async function release(targets: readonly ConfiguredTarget[], holder: RunId): Promise<void> {
      await Promise.allSettled(targets.map(target => claims.release(target.id, holder)));
    }
  });

/** The looks at one target begin a little later than those at others, always by the same. */
const spread = (tree: Tree, overMs: number): Tree => {
  const delay = spreadOf((tree.data as { plan: TargetPlan }).plan.target, overMs);
  if (delay === 0) return tree;
  const children = tree.children?.map(probe => ({ ...probe, opts: { ...probe.opts, delay } })) ?? [];
  return { ...tree, children };
};

/** As it stands now: it may have been ended or changed since it was scheduled. */
export const digestOf = async (
  { digests, configured }: Pick<DigestWork, 'digests' | 'configured'>,
  id: DigestId,
): Promise<Digest | null> =>
  configured.find(each => each.id === id) ?? (await digests.all()).find(each => each.id === id) ?? null;
