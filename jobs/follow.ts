import { setTimeout as wait } from 'node:timers/promises';
import { QueueEvents } from 'bullmq';
import type { Redis } from 'ioredis';
import type { SiteId } from '../src/domain/ids.js';
import type { Plan } from '../src/domain/plan.js';
import type { ReplyAddress } from '../src/domain/request.js';
import { type Messenger, MessengerBusyError, type Pens } from '../src/intake/ports.js';
import type { Signing } from '../src/signing/signing.js';
import { orderKey, progressView } from '../src/view/progress.js';
import { probeJob } from './probe/job.js';
import { readProgress } from './probe/progress.js';
import { PREFIX, probeQueue } from './queues.js';

export type FollowDeps = {
  /** A connection of its own for each queue: it blocks. */
  connect: () => Redis;
  sites: readonly SiteId[];
  messenger: (platform: string) => Messenger;
  pens: Pens;
  onError: (error: unknown) => void;
  signing: Signing;
};

/** A check that ends at once is not worth an edit in between; Slack asks for few of them. */
const FIRST_EDIT_MS = 1_200;
const NEXT_EDIT_MS = 2_000;
/** How far a long probe has come is worth fewer edits than that another one has answered. */
const FAR_EDIT_MS = 5_000;
/** A site could write anything there. */
const FAR_MAX = 120;
const CLOSE_MS = 1_000;

type Followed = {
  plan: Plan;
  at: ReplyAddress;
  waiting: Set<string>;
  done: Set<string>;
  said: Map<string, string>;
  /** The number of what was said last, by job. */
  counts: Map<string, number>;
  timer: NodeJS.Timeout | null;
  editedAt: number;
};

/** Edits the message of a run as its probes answer. Only a courtesy: what is lost here is lost, no fact travels only this way. */
export const makeFollow = ({ connect, sites, messenger, pens, onError, signing }: FollowDeps) => {
  const followed = new Map<string, Followed>();
  const connections = sites.map(() => connect());
  const events = sites.map((site, index) => {
    const queue = new QueueEvents(probeQueue(site), { connection: connections[index] as Redis, prefix: PREFIX });
    queue.on('error', onError);
    queue.on('completed', ({ jobId }) => answered(jobId));
    queue.on('failed', ({ jobId }) => answered(jobId));
    queue.on('progress', ({ jobId, data }) => void cameSoFar(jobId, data).catch(onError));
    return queue;
  });

  return {
    /** What is answered before this has settled is not noticed. */
    ready: async () => {
      await Promise.all(events.map(queue => queue.waitUntilReady()));
    },
    /** For the `follow` of the intake. `atOnce`: the message shows something else yet. */
    follow: (plan: Plan, at: ReplyAddress, atOnce = false): void => {
      const orders = plan.targets.flatMap(target => target.orders);
      const run: Followed = {
        plan,
        at,
        waiting: new Set(orders.map(probeJob.id)),
        done: new Set(),
        said: new Map(),
        counts: new Map(),
        timer: null,
        editedAt: Date.now() + FIRST_EDIT_MS - NEXT_EDIT_MS,
      };
      followed.set(plan.run, run);
      if (atOnce) run.timer = setTimeout(() => void edit(run), 0);
      setTimeout(() => forget(plan.run), Math.max(0, Date.parse(plan.answerBy) - Date.now()) + 5_000).unref();
    },
    close: async () => {
      for (const run of [...followed.keys()]) forget(run);
      // Without Redis a goodbye would never be heard.
      await Promise.race([
        Promise.allSettled(events.map(queue => queue.close())),
        wait(CLOSE_MS, undefined, { ref: false }),
      ]);
      for (const connection of connections) connection.disconnect();
    },
  };

  function answered(jobId: string): void {
    const run = followed.get(jobId.split('.')[0] ?? '');
    if (!run?.waiting.delete(jobId)) return;
    const order = orderOf(run, jobId);
    if (order) run.done.add(orderKey(order));
    if (run.waiting.size === 0)
      forget(run.plan.run); // the answer itself is on its way
    else editSoon(run, NEXT_EDIT_MS);
  }

  async function cameSoFar(jobId: string, found: unknown): Promise<void> {
    const run = followed.get(jobId.split('.')[0] ?? '');
    const order = run?.waiting.has(jobId) ? orderOf(run, jobId) : undefined;
    if (!run || !order) return;
    const progress = await readProgress(signing, order.site, jobId, found);
    if (!progress || progress.count <= (run.counts.get(jobId) ?? 0)) return;
    run.counts.set(jobId, progress.count);
    run.said.set(orderKey(order), progress.says.slice(0, FAR_MAX));
    editSoon(run, FAR_EDIT_MS);
  }

  function orderOf({ plan }: Followed, jobId: string) {
    return plan.targets.flatMap(target => target.orders).find(each => probeJob.id(each) === jobId);
  }

  function editSoon(run: Followed, afterMs: number): void {
    run.timer ??= setTimeout(() => void edit(run), Math.max(0, run.editedAt + afterMs - Date.now()));
  }

  async function edit(run: Followed): Promise<void> {
    run.timer = null;
    run.editedAt = Date.now();
    try {
      if (!(await pens.lift(run.plan.run))) return;
      try {
        if (followed.has(run.plan.run))
          run.at = await messenger(run.at.platform).edit(run.at, progressView(run.plan, run.done, run.said));
      } finally {
        await pens.lay(run.plan.run);
      }
    } catch (error) {
      if (error instanceof MessengerBusyError) run.editedAt += error.retryAfterMs ?? 0;
      onError(error);
    }
  }

  function forget(id: string): void {
    const run = followed.get(id);
    if (run?.timer) clearTimeout(run.timer);
    followed.delete(id);
  }
};
