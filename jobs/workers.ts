import { setTimeout as wait } from 'node:timers/promises';
import { type Queue, Worker } from 'bullmq';
import type { Redis } from 'ioredis';
import type { SiteId } from '../src/domain/ids.js';
import { processDeadline } from './deadline/process.js';
import { type DiagnoseWork, processDiagnose } from './diagnose/process.js';
import { type DigestWork, processDigest } from './digest/process.js';
import { type DigestTellWork, digestBackoff, processDigestTell } from './digest/tell.js';
import { endingStops } from './probe/ending-stops.js';
import { type ProbeWork, processProbe } from './probe/process.js';
import { DEADLINE, DIAGNOSE, DIGEST, DIGEST_TELL, openQueue, PREFIX, probeQueue, REPLY } from './queues.js';
import { processReply, type ReplyWork, replyBackoff } from './reply/process.js';
import { repeatStrategy } from './schedule.js';

export type WorkersDeps = {
  /** A patient connection that waits for Redis to come back; workers block on a copy of it. */
  connection: Redis;
  /** Told of connection trouble, and of jobs that failed for good with their id. */
  onError: (error: Error, job?: { queue: string; id: string | undefined }) => void;
};
export type Workers = { ready: () => Promise<void>; close: () => Promise<void> };

/** How many orders one worker process takes at a time; each waits for the network most of its life. */
const PROBES_AT_ONCE = 50;
/** A probe ends by its own budget; who has not come to an end by then is told to stop. What takes something from others is told at once. */
const PROBE_DRAIN_MS = 15_000;
/** Judging and telling are short, and another process goes on with what is left. */
const HUB_DRAIN_MS = 5_000;
/** For those who were told to stop. */
const LAST_MS = 3_000;

/** What a killed bot held is taken over within half a minute; as BullMQ has it by itself, somebody would wait a whole one for a result. */
const TAKEN_OVER = { lockDuration: 15_000, stalledInterval: 5_000 };

/** What the bot runs: judge, tell, give up; and digests, where it keeps any. */
export const hubWorkers = (
  deps: WorkersDeps,
  work: DiagnoseWork & ReplyWork & { digest?: DigestWork & DigestTellWork },
): Workers => {
  const { connection, onError } = deps;
  const queues = new Map<string, Queue>();
  const queueOf = (name: string): Queue => {
    const queue = queues.get(name) ?? openQueue(name, connection, onError);
    queues.set(name, queue);
    return queue;
  };
  for (const name of [DIAGNOSE, REPLY, DEADLINE]) queueOf(name);
  const common = { connection, prefix: PREFIX, maxStalledCount: 5, ...TAKEN_OVER };
  const workers = [
    new Worker(DIAGNOSE, processDiagnose(work), { ...common, concurrency: 20 }),
    new Worker(REPLY, processReply(work), { ...common, concurrency: 20, settings: { backoffStrategy: replyBackoff } }),
    new Worker(DEADLINE, processDeadline({ probeQueue: site => queueOf(probeQueue(site)) }), {
      ...common,
      concurrency: 10,
    }),
    ...(work.digest
      ? [
          new Worker(DIGEST, processDigest(work.digest), { ...common, concurrency: 5, settings: { repeatStrategy } }),
          new Worker(DIGEST_TELL, processDigestTell(work.digest), {
            ...common,
            concurrency: 10,
            settings: { backoffStrategy: digestBackoff },
          }),
        ]
      : []),
  ];
  const also = () => Promise.allSettled([...queues.values()].map(queue => queue.close()));
  return running(workers, deps, { drainMs: HUB_DRAIN_MS, also });
};

/** What a site runs: look, from its own queue only. A job whose worker died is never taken up by another: it may have logged in. */
export const siteWorker = (deps: WorkersDeps, site: SiteId, work: ProbeWork): Workers => {
  const { connection, onError } = deps;
  const queue = openQueue(probeQueue(site), connection, onError);
  const ending = new AbortController();
  const stops = endingStops(work.stops, ending.signal);
  const worker = new Worker(probeQueue(site), processProbe({ ...work, stops }), {
    connection,
    prefix: PREFIX,
    maxStalledCount: 0,
    concurrency: PROBES_AT_ONCE,
  });
  const first = () => ending.abort();
  return running([worker], deps, { drainMs: PROBE_DRAIN_MS, first, also: () => queue.close() });
};

const running = (
  workers: readonly Worker[],
  { connection, onError }: WorkersDeps,
  /** `first` when it is told to end, `also` when all has come to its end. */
  { drainMs, first = () => {}, also }: { drainMs: number; first?: () => void; also: () => Promise<unknown> },
): Workers => {
  let underWay = 0;
  for (const worker of workers) {
    worker.on('active', () => void underWay++);
    worker.on('completed', () => void underWay--);
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
