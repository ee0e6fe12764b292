import { makePlan } from '../../src/diagnosis/plan.js';
import { hasLoginIn } from '../../src/diagnosis/watch-look.js';
import type { Clock } from '../../src/domain/clock.js';
import type { ConfiguredTarget } from '../../src/domain/configured-target.js';
import { runIdOf, type TargetId } from '../../src/domain/ids.js';
import type { Plan } from '../../src/domain/plan.js';
import { accountOf, type Site } from '../../src/domain/target.js';
import { lookAt, type WatchId } from '../../src/domain/watch-slots.js';
import type { Watch, Watched, WatchMemory } from '../../src/domain/watching.js';
import type { Claims, Runs, Watches } from '../../src/intake/ports.js';
import type { ProbeCard } from '../../src/probes/probe.js';
import type { Tree } from '../define.js';
import { diagnoseTrees } from '../flow.js';
import { watchJob, watchJudgeJob } from './job.js';

export type WatchWork = {
  clock: Clock;
  watches: Watches;
  /** Those of the configuration. */
  configured: readonly Watch[];
  /** The targets that a watch is about now. */
  scope: (watch: Watch) => readonly ConfiguredTarget[];
  sites: readonly Site[];
  cards: readonly ProbeCard[];
  deadlineMs: number;
  claims: Claims;
  runs: Pick<Runs, 'begin'>;
  lay: (trees: Tree[]) => Promise<void>;
  /** Told before anything of it is laid. What it throws keeps the look from beginning. */
  onPlan?: (plan: Plan, watch: WatchId) => Promise<void>;
};

/** How long after its deadline a claim lets go by itself, should its run never end. */
const CLAIM_GRACE_MS = 30_000;
/** A look is over before the next one comes. */
const OF_INTERVAL = 0.8;

/**
 * Begins the look that is due at the targets of a watch: connections where nothing has to be logged in to, and a login where it is
 * time for one. Whom somebody else is looking at is left to them.
 */
export const processWatch = (work: WatchWork) =>
  watchJob.scheduled(async ({ watch: id }) => {
    const { clock, watches, claims, cards, lay } = work;
    const watch = await watchOf(work, id);
    if (!watch) return { did: 'ended', run: null };
    const now = clock.now();
    const at = new Date(now).toISOString();
    const run = runIdOf('watch', `${id} ${lookAt(watch, now)}`);
    if (!(await work.runs.begin(run))) return { did: 'nothing', run }; // the queue brought it twice
    const about = work.scope(watch);
    const memory = await watches.memory(id);
    const deadlineMs = Math.floor(Math.min(work.deadlineMs, watch.everyMs * OF_INTERVAL));
    const free: ConfiguredTarget[] = [];
    try {
      for (const target of about) {
        if (await mayLook(target)) free.push(target);
      }
      const targets = about.map(target => ({ id: target.id, isHeld: !free.includes(target) }));
      const plan = planOf(free);
      if (plan) await work.onPlan?.(plan, id);
      const trees = plan ? diagnoseTrees(plan, { isPart: each => !hasLoginIn(each, cards), unasked: true }) : null;
      const judge = watchJudgeJob.node({ run, watch: id, at, targets }, trees ? { children: trees.children } : {});
      await lay([judge, ...(trees?.deadlines ?? [])]);
    } catch (error) {
      await Promise.allSettled(free.map(target => claims.release(target.id, run)));
      throw error;
    }
    return { did: 'laid', run };

    /**
     * A quick look is no check: whoever asks for one meanwhile, or is due, gets it, and the two connections at a time that a target
     * grants are shared. A look that logs in is one, and its report serves those who wait for it.
     */
    async function mayLook(target: ConfiguredTarget): Promise<boolean> {
      if (!isLoginDue(target)) return (await claims.holder(target.id)) === null;
      const claimed = await claims.take(target.id, { run, since: at, link: null }, deadlineMs + CLAIM_GRACE_MS);
      return claimed.is === 'taken';
    }

    /** One plan for all, so that an account that several targets share is logged in to once. */
    function planOf(targets: readonly ConfiguredTarget[]): Plan | null {
      const { sites } = work;
      const same = { run, at, sites, only: [], loginAnyway: false, deadlineMs, sparing: true };
      const due = targets.filter(target => isLoginDue(target));
      const others = targets.filter(target => !due.includes(target));
      const touch = cards.filter(({ impact }) => impact === 'touch');
      const plans = [
        ...(due.length > 0 ? [makePlan({ ...same, targets: due, cards })] : []),
        ...(others.length > 0 ? [makePlan({ ...same, targets: others, cards: touch })] : []),
      ];
      const [first] = plans;
      return first ? { ...first, targets: plans.flatMap(plan => plan.targets) } : null;
    }

    function isLoginDue(target: ConfiguredTarget): boolean {
      if (watch?.logsInEveryMs == null) return false;
      const known = memory?.targets[target.id];
      if (known && isToBeSure(known, watch)) return true;
      const last = lastLoginTo(target, about, memory);
      return last === null || now - last >= watch.logsInEveryMs;
    }
  });

/**
 * A login that failed is tried again at the next looks until that is an incident; whether all of one is over is seen with a login too.
 * A password that was refused is not sent again by anybody: the worker's own memory of logins keeps it back.
 */
const isToBeSure = ({ state, login }: Watched, { patience }: Watch): boolean => {
  if (state.flapsSince !== null) return false;
  if (state.incident) return state.streak?.is === 'good' && (login?.at ?? '') < state.streak.since;
  return (login?.findings.length ?? 0) > 0 && state.streak?.is === 'bad' && state.streak.looks < patience.breaksAfter;
};

const lastLoginTo = (
  target: ConfiguredTarget,
  about: readonly ConfiguredTarget[],
  memory: WatchMemory | null,
): number | null => {
  const account = (each: ConfiguredTarget) => (each.kind === 'uccx-mail' ? accountOf(each) : null);
  const times = about
    .filter(each => each.id === target.id || (account(each) !== null && account(each) === account(target)))
    .flatMap(each => loginOf(memory, each.id));
  return times.length > 0 ? Math.max(...times) : null;
};

const loginOf = (memory: WatchMemory | null, target: TargetId): number[] => {
  const at = memory?.targets[target]?.login?.at;
  return at ? [Date.parse(at)] : [];
};

/** As it stands now: it may have been ended or changed since it was scheduled. */
export const watchOf = async (
  { watches, configured }: Pick<WatchWork, 'watches' | 'configured'>,
  id: WatchId,
): Promise<Watch | null> =>
  configured.find(each => each.id === id) ?? (await watches.all()).find(each => each.id === id) ?? null;
