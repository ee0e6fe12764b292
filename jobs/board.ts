import { setTimeout as wait } from 'node:timers/promises';
import type { JobType, Queue } from 'bullmq';
import type { Redis } from 'ioredis';
import { openQueue, PREFIX } from './queues.js';

/** A job as it may be shown: what it is and how far, never what it holds or brought. */
export type BoardJob = {
  id: string;
  state: BoardState;
  attempts: number;
  addedAt: number | null;
  begunAt: number | null;
  endedAt: number | null;
};
const BOARD_STATES = ['active', 'waiting', 'delayed', 'waiting-children', 'failed', 'completed'] as const;
export type BoardState = (typeof BOARD_STATES)[number];
export type BoardQueue = { name: string; counts: Record<BoardState, number>; jobs: BoardJob[] };

/** The latest of each state; a queue may hold thousands. */
const MOST = 20;
const CLOSE_MS = 1_000;
/** Of the hash in which BullMQ keeps a job. Neither `data`, `returnvalue`, `failedReason` nor `stacktrace`: others have written those. */
const FIELDS = ['atm', 'timestamp', 'processedOn', 'finishedOn'] as const;

/** Reads what lies in the queues, and can do nothing else. `connection` must fail at once where Redis is away. */
export const makeBoard = (connection: Redis, names: readonly string[], onError: (error: Error) => void) => {
  const queues = names.map(name => openQueue(name, connection, onError));
  return {
    look: (): Promise<BoardQueue[]> => Promise.all(queues.map(lookAt)),
    close: async () => {
      const closed = Promise.allSettled(queues.map(queue => queue.close()));
      await Promise.race([closed, wait(CLOSE_MS, undefined, { ref: false })]);
    },
  };

  async function lookAt(queue: Queue): Promise<BoardQueue> {
    const counts = await queue.getJobCounts(...BOARD_STATES, 'prioritized');
    const jobs = await Promise.all(BOARD_STATES.map(state => jobsOf(queue, state)));
    const { prioritized = 0 } = counts;
    return {
      name: queue.name,
      counts: Object.fromEntries(
        BOARD_STATES.map(state => [state, (counts[state] ?? 0) + (state === 'waiting' ? prioritized : 0)]),
      ) as Record<BoardState, number>,
      jobs: jobs.flat(),
    };
  }

  async function jobsOf(queue: Queue, state: BoardState): Promise<BoardJob[]> {
    const ids = await queue.getRanges([state as JobType], 0, MOST - 1);
    return Promise.all(
      ids.map(async id => {
        const [attempts, ...times] = await connection.hmget(`${PREFIX}:${queue.name}:${id}`, ...FIELDS);
        const [addedAt = null, begunAt = null, endedAt = null] = times.map(time => (time ? Number(time) : null));
        return { id, state, attempts: Number(attempts ?? 0), addedAt, begunAt, endedAt };
      }),
    );
  }
};
