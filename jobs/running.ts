import { setTimeout as wait } from 'node:timers/promises';
import type { Telemetry, Worker } from 'bullmq';
import type { Redis } from 'ioredis';

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
export type Workers = { ready: () => Promise<void>; close: () => Promise<void> };

/** For those who were told to stop. */
const LAST_MS = 3_000;

/** Workers from their start to their end in order. */
export const running = (
  workers: readonly Worker[],
  { connection, onError, onDone }: WorkersDeps,
  /** `first` when it is told to end, `also` when all has come to its end. */
  { drainMs, first = () => {}, also }: { drainMs: number; first?: () => void; also: () => Promise<unknown> },
): Workers => {
  let underWay = 0;
  for (const worker of workers) {
    worker.on('active', () => void underWay++);
    worker.on('completed', ({ id, finishedOn = 0, processedOn = finishedOn }) => {
      underWay--;
      onDone?.({ queue: worker.name, id, tookMs: finishedOn - processedOn });
    });
    worker.on('failed', (job, error) => {
      underWay--;
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
      // Without Redis a worker cannot say goodbye. What it held is given up by the deadline, and never done twice.
      const patienceMs = connection.status === 'ready' || underWay > 0 ? drainMs + LAST_MS : LAST_MS;
      await Promise.race([drained, wait(patienceMs, undefined, { ref: false })]);
      clearTimeout(impatient);
    },
  };
};
