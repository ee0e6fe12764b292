import type { Telemetry, Worker } from 'bullmq';
import type { Redis } from 'ioredis';
import type { Signing } from '../src/signing/signing.js';

export type WorkersDeps = {
  /** A patient connection that waits for Redis to come back; workers block on a copy of it. */
  connection: Redis;
  /** Told of connection trouble, and of jobs that failed for good with their id. */
  onError: (error: Error, job?: { queue: string; id: string | undefined }) => void;
  /** Told of jobs that came to their end. */
  onDone?: (job: { queue: string; id: string | undefined; tookMs: number }) => void;
  /** Shows each job as a step of what it belongs to. */
  telemetry?: Telemetry;
};
export type SignedWorkersDeps = WorkersDeps & { signing: Signing };
export type Workers = { ready: () => Promise<void>; close: () => Promise<void> };

/** For those who were told to stop, and for what is left to say to Redis when nothing is under way. */
const LAST_MS = 3_000;

/**
 * For every worker. A command that failed because Redis went away is tried again so soon; BullMQ itself would wait for fifteen seconds,
 * and neither take a job nor end meanwhile.
 */
export const TRIED_AGAIN = { runRetryDelay: 500 };

/** Workers from their start to their end in order. */
export const running = (
  workers: readonly Worker[],
  { onError, onDone }: Pick<WorkersDeps, 'onError' | 'onDone'>,
  /** `first` when it is told to end, `also` when all has come to its end. */
  { drainMs, first = () => {}, also }: { drainMs: number; first?: () => void; also: () => Promise<unknown> },
): Workers => {
  let underWay = 0;
  let changed = () => {};
  for (const worker of workers) {
    worker.on('active', () => count(1));
    worker.on('completed', ({ id, finishedOn = 0, processedOn = finishedOn }) => {
      count(-1);
      onDone?.({ queue: worker.name, id, tookMs: finishedOn - processedOn });
    });
    worker.on('failed', (job, error) => {
      count(-1);
      if (!job || job.finishedOn) onError(error, { queue: worker.name, id: job?.id });
    });
    worker.on('error', error => onError(error));
  }
  return {
    ready: async () => {
      await Promise.all(workers.map(worker => worker.waitUntilReady()));
    },
    close: async () => {
      first();
      const drained = Promise.all(workers.map(worker => worker.close())).then(also);
      const impatient = setTimeout(() => {
        for (const worker of workers) worker.cancelAllJobs('shutting down');
      }, drainMs);
      await Promise.race([drained, patience(drainMs)]);
      clearTimeout(impatient);
    },
  };

  function count(more: number): void {
    underWay += more;
    changed();
  }

  /**
   * A worker cannot say goodbye while one of its connections looks for Redis, and BullMQ then waits for ever. What is under way has its
   * time; what it held after that is given up by the deadline, and never done twice.
   */
  function patience(drainMs: number): Promise<void> {
    return new Promise(done => {
      const last = setTimeout(done, drainMs + LAST_MS);
      last.unref();
      let idle: NodeJS.Timeout | undefined;
      changed = () => {
        clearTimeout(idle);
        if (underWay > 0) return;
        idle = setTimeout(done, LAST_MS);
        idle.unref();
      };
      changed();
    });
  }
};
