import { type RepeatOptions, UnrecoverableError } from 'bullmq';
import type { Redis } from 'ioredis';
import type { Clock } from '../../src/domain/clock.js';
import { isUntold } from '../../src/domain/incident.js';
import { withoutWatch } from '../../src/domain/incident-news.js';
import { nextLook, WatchId } from '../../src/domain/watch-slots.js';
import type { Watch } from '../../src/domain/watching.js';
import { withConfigured } from '../../src/domain/with-configured.js';
import type { Watches } from '../../src/intake/ports.js';
import type { Tree } from '../define.js';
import { openQueue, WATCH } from '../queues.js';
import { type FoundScheduler, setScheduler } from '../scheduler.js';
import { makeSweeper, type Sweeper } from '../sweeper.js';
import { changeBoard, tellsOf } from './board.js';
import { watchJob } from './job.js';

export type WatchScheduleDeps = {
  connection: Redis;
  clock: Clock;
  watches: Watches;
  /** Those of the configuration. */
  configured: readonly Watch[];
  lay: (trees: Tree[]) => Promise<void>;
  onError: (error: unknown) => void;
};

/** A scheduler that is so late has lost its next job. */
const LOST_AFTER_MS = 30_000;
const KEPT = { removeOnComplete: { age: 600, count: 200 }, removeOnFail: { age: 86_400, count: 200 } };

/** The looks of a watch as the queue keeps them. */
const patternOf = ({ everyMs }: Watch): string => `${everyMs}ms`;

/** In the place of BullMQ's own reckoning: each watch has its own place within its interval. Queue and worker must both have it. */
export const watchStrategy = (after: number, { pattern }: RepeatOptions, name?: string): number | undefined => {
  const everyMs = Number(/^(\d{1,9})ms$/.exec(pattern ?? '')?.[1] ?? Number.NaN);
  const id = WatchId.safeParse(name);
  if (!(everyMs > 0) || !id.success) throw new UnrecoverableError(`no watch looks ${pattern}`);
  return nextLook({ id: id.data, everyMs }, after);
};

/**
 * One scheduler of BullMQ for each watch; what is not watched any more is taken off, and its incidents say so. What nobody has told yet
 * is laid again, so that neither a crash nor a flushed queue swallows it.
 */
export const watchSchedule = (deps: WatchScheduleDeps): Sweeper => {
  const { connection, clock, watches, configured, lay, onError } = deps;
  const queue = openQueue(WATCH, connection, onError, { repeatStrategy: watchStrategy });
  return makeSweeper(queue, sweep, onError);

  async function sweep(): Promise<void> {
    const wanted = withConfigured(configured, await watches.all());
    const schedulers = await queue.getJobSchedulers(0, -1);
    for (const { key } of schedulers) {
      if (wanted.some(({ id }) => id === key)) continue;
      await queue.removeJobScheduler(key);
      const id = WatchId.safeParse(key);
      if (id.success) await watches.drop(id.data);
    }
    for (const watch of wanted)
      await one(
        watch,
        schedulers.find(({ key }) => key === watch.id),
      );
    const at = new Date(clock.now()).toISOString();
    const isEnded = ({ watch }: { watch: WatchId }) => !wanted.some(({ id }) => id === watch);
    for (const { place } of await watches.boards()) {
      const board = await changeBoard(watches, place, before => withoutWatch(before, isEnded, at));
      if (board.incidents.some(isUntold)) await lay(tellsOf(board));
    }
  }

  async function one(watch: Watch, found: FoundScheduler | undefined): Promise<void> {
    const now = clock.now();
    const next = nextLook(watch, now);
    const isLost = found?.next === undefined || found.next < now - LOST_AFTER_MS || found.next > next + watch.everyMs;
    const pattern = patternOf(watch);
    if (found && !isLost && found.pattern === pattern) return;
    const opts = { ...watchJob.opts, ...KEPT };
    await setScheduler(queue, watch.id, { pattern }, { next, data: { watch: watch.id }, opts });
  }
};
