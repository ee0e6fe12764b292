import { type Queue, Worker, type WorkerOptions } from 'bullmq';
import { processDeadline } from './deadline/process.js';
import { type DiagnoseWork, processDiagnose } from './diagnose/process.js';
import { type DigestWork, processDigest } from './digest/process.js';
import { digestStrategy } from './digest/schedule.js';
import { type DigestTellWork, digestBackoff, processDigestTell } from './digest/tell.js';
import { type MaintenanceWork, processMaintenance } from './maintenance/process.js';
import {
  DEADLINE,
  DIAGNOSE,
  DIGEST,
  DIGEST_TELL,
  MAINTENANCE,
  openQueue,
  PREFIX,
  probeQueue,
  REPLY,
  WATCH,
  WATCH_JUDGE,
  WATCH_TELL,
} from './queues.js';
import { processReply, type ReplyWork, replyBackoff } from './reply/process.js';
import type { Trust } from './reports.js';
import { running, type SignedWorkersDeps, TRIED_AGAIN, type Workers } from './running.js';
import { processWatchJudge, type WatchJudgeWork } from './watch/judge.js';
import { processWatch, type WatchWork } from './watch/process.js';
import { watchStrategy } from './watch/schedule.js';
import { processWatchTell, type WatchTellWork, watchBackoff } from './watch/tell.js';

/** Judging and telling are short, and another process goes on with what is left. */
const HUB_DRAIN_MS = 5_000;
/** What a killed bot held is taken over within half a minute; as BullMQ has it by itself, somebody would wait a whole one for a result. */
const TAKEN_OVER = { lockDuration: 15_000, stalledInterval: 5_000 };

/** Slack takes some hundred posts a minute, Teams thirty requests a second; who is told to wait all the same comes again. */
const UNASKED_PACE = { max: 15, duration: 1_000 };

/** What the bot runs: judge, tell, give up; and digests and watches, where it keeps any. */
export const hubWorkers = (
  deps: SignedWorkersDeps,
  work: DiagnoseWork &
    ReplyWork & {
      digest?: DigestWork & DigestTellWork;
      maintenance?: MaintenanceWork;
      watch?: WatchWork & WatchJudgeWork & WatchTellWork;
    },
): Workers => {
  const { connection, onError, signing, telemetry } = deps;
  const trust: Trust = { signing, onRefused: onError };
  const queues = new Map<string, Queue>();
  const queueOf = (name: string): Queue => {
    const queue = queues.get(name) ?? openQueue(name, connection, onError);
    queues.set(name, queue);
    return queue;
  };
  for (const name of [DIAGNOSE, REPLY, DEADLINE]) queueOf(name);
  const common = {
    connection,
    prefix: PREFIX,
    maxStalledCount: 5,
    ...TAKEN_OVER,
    ...TRIED_AGAIN,
    ...(telemetry ? { telemetry } : {}),
  };
  const workers = [
    new Worker(DIAGNOSE, processDiagnose(work, trust), { ...common, concurrency: 20 }),
    new Worker(REPLY, processReply(work, trust), {
      ...common,
      concurrency: 20,
      settings: { backoffStrategy: replyBackoff },
    }),
    new Worker(DEADLINE, processDeadline({ probeQueue: site => queueOf(probeQueue(site)) }, trust), {
      ...common,
      concurrency: 10,
    }),
    ...(work.digest
      ? [
          new Worker(DIGEST, processDigest(work.digest), {
            ...common,
            concurrency: 5,
            settings: { repeatStrategy: digestStrategy },
          }),
          new Worker(DIGEST_TELL, processDigestTell(work.digest, trust), {
            ...common,
            concurrency: 10,
            settings: { backoffStrategy: digestBackoff },
          }),
        ]
      : []),
    ...(work.maintenance
      ? [
          new Worker(MAINTENANCE, processMaintenance(work.maintenance), {
            ...common,
            concurrency: 5,
            limiter: UNASKED_PACE,
            settings: { backoffStrategy: digestBackoff },
          }),
        ]
      : []),
    ...(work.watch ? watchWorkers(work.watch, trust, common) : []),
  ];
  const also = () => Promise.allSettled([...queues.values()].map(queue => queue.close()));
  return running(workers, deps, { drainMs: HUB_DRAIN_MS, also });
};

/** Looking comes first: a board of many incidents must not keep the next look waiting. */
const watchWorkers = (
  work: WatchWork & WatchJudgeWork & WatchTellWork,
  trust: Trust,
  common: WorkerOptions,
): Worker[] => [
  new Worker(WATCH, processWatch(work), { ...common, concurrency: 10, settings: { repeatStrategy: watchStrategy } }),
  new Worker(WATCH_JUDGE, processWatchJudge(work, trust), { ...common, concurrency: 10 }),
  new Worker(WATCH_TELL, processWatchTell(work, trust), {
    ...common,
    concurrency: 10,
    limiter: UNASKED_PACE,
    settings: { backoffStrategy: watchBackoff },
  }),
];
