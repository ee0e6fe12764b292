import { setTimeout as wait } from 'node:timers/promises';
import type { Job, Queue } from 'bullmq';
import type { Redis } from 'ioredis';
import { StoreDownError } from '../src/domain/errors.js';
import type { SiteId } from '../src/domain/ids.js';
import type { Backlog } from '../src/domain/site-state.js';
import type { SiteBacklog } from '../src/intake/ports.js';
import { openQueue, probeQueue } from './queues.js';

export type Backlogs = {
  ofSite: SiteBacklog;
  ofQueue: (name: string) => Promise<Backlog & { delayed: number }>;
  close: () => Promise<void>;
};

const CLOSE_MS = 1_000;

/** What lies in the queues. `connection` must fail at once where Redis is away. */
export const makeBacklogs = (connection: Redis, onError: (error: Error) => void): Backlogs => {
  const queues = new Map<string, Queue>();
  const queueOf = (name: string): Queue => {
    const queue = queues.get(name) ?? openQueue(name, connection, onError);
    queues.set(name, queue);
    return queue;
  };
  return {
    ofSite: (site: SiteId) => ofQueue(probeQueue(site)),
    ofQueue,
    // Without Redis a goodbye would never be heard.
    close: async () => {
      const closed = Promise.allSettled([...queues.values()].map(queue => queue.close()));
      await Promise.race([closed, wait(CLOSE_MS, undefined, { ref: false })]);
    },
  };

  async function ofQueue(name: string): Promise<Backlog & { delayed: number }> {
    try {
      const queue = queueOf(name);
      const [counts, [asked], [unasked]] = await Promise.all([
        queue.getJobCounts('wait', 'prioritized', 'active', 'delayed'),
        queue.getWaiting(0, 0) as Promise<(Job | undefined)[]>,
        queue.getPrioritized(0, 0) as Promise<(Job | undefined)[]>,
      ]);
      const { wait: waiting = 0, prioritized = 0, active = 0, delayed = 0 } = counts;
      const since = [asked, unasked].flatMap(job => (job ? [job.timestamp] : [])); // taken in between: nothing to tell
      const oldestAt = since.length > 0 ? new Date(Math.min(...since)).toISOString() : null;
      return { waiting: waiting + prioritized, unasked: prioritized, underWay: active, delayed, oldestAt };
    } catch (error) {
      throw new StoreDownError('the queue cannot be asked what waits in it', { queue: name }, { cause: error });
    }
  }
};
