import type { Plan, TargetPlan } from '../src/domain/plan.js';
import type { ReplyAddress } from '../src/domain/request.js';
import { deadlineJob } from './deadline/job.js';
import type { Tree } from './define.js';
import { diagnoseJob } from './diagnose/job.js';
import { probeJob } from './probe/job.js';
import { replyJob } from './reply/job.js';

/**
 * The whole future of a run as job trees: reply waits for a diagnose of each target, which waits for its probes; beside it one
 * delayed deadline a target. What is there is what will happen, and no processor adds to it. Pure.
 */
export const flowOf = (plan: Plan, to: ReplyAddress): Tree[] => {
  const { children, deadlines } = diagnoseTrees(plan);
  const targets = plan.targets.map(({ target }) => target);
  return [replyJob.node({ run: plan.run, to, targets, remarks: plan.remarks }, { children }), ...deadlines];
};

/** BullMQ takes what has no priority first. */
const BEHIND_PEOPLE = { priority: 10 };

/** What stands under whoever tells: a tree for each target, and beside them what gives up on those that do not answer. `unasked`: people come first. */
export const diagnoseTrees = (
  plan: Plan,
  { isPart = () => false, unasked = false }: { isPart?: (plan: TargetPlan) => boolean; unasked?: boolean } = {},
): { children: Tree[]; deadlines: Tree[] } => {
  const more = { valid: { at: plan.at, until: plan.answerBy }, ...(unasked ? BEHIND_PEOPLE : {}) };
  const delay = Math.max(0, Date.parse(plan.answerBy) - Date.parse(plan.at));
  const lookedAt = plan.targets.filter(({ orders }) => orders.length > 0);
  return {
    children: plan.targets.map(target =>
      diagnoseJob.node(
        { run: plan.run, at: plan.at, plan: target, ...(isPart(target) ? { isPart: true as const } : {}) },
        { children: target.orders.map(order => probeJob.node(order, more)) },
      ),
    ),
    deadlines: lookedAt.map(({ orders }) => deadlineJob.node({ orders }, { delay })),
  };
};
