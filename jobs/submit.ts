import { setTimeout as wait } from 'node:timers/promises';
import { type FlowJob, FlowProducer, type Telemetry } from 'bullmq';
import type { Redis } from 'ioredis';
import { StoreDownError, StoreSilentError } from '../src/domain/errors.js';
import type { Submit } from '../src/intake/ports.js';
import type { Signing } from '../src/signing/signing.js';
import { signedTree, type Tree } from './define.js';
import { flowOf } from './flow.js';
import { PREFIX } from './queues.js';

/** An asker shall read within three seconds that the queue is down. */
const SUBMIT_MS = 2_000;
const CLOSE_MS = 1_000;

/** Lays a run into Redis, signed, in one call, or throws `StoreDownError`; `StoreSilentError` where it may lie there all the same. `connection` must fail at once where Redis is away. */
export const makeSubmit = (
  connection: Redis,
  onError: (error: Error) => void,
  signing: Signing,
  { telemetry, withinMs = SUBMIT_MS }: { telemetry?: Telemetry; withinMs?: number } = {},
): { submit: Submit; lay: (trees: Tree[]) => Promise<void>; close: () => Promise<void> } => {
  const producer = new FlowProducer({ connection, prefix: PREFIX, ...(telemetry ? { telemetry } : {}) });
  producer.on('error', onError);
  return {
    submit: (request, plan) => lay(flowOf(plan, request.to)),
    lay,
    close: () => Promise.race([producer.close(), wait(CLOSE_MS, undefined, { ref: false })]),
  };

  /**
   * BullMQ takes what Redis answered to each part of its transaction for granted, also that its disk or memory is full, that it is a replica,
   * that replicas are missing (`addBulk` of FlowProducer, 6.7): nothing would be laid, and nobody told.
   */
  async function addAll(trees: FlowJob[]): Promise<void> {
    await producer.addBulk(trees);
    const roots = trees.map(({ queueName, opts }) => `${PREFIX}:${queueName}:${opts?.jobId}`);
    if (roots.length === 0) return;
    const [found, all] = [await connection.exists(...roots), new Set(roots).size];
    if (found === 0) throw new StoreDownError('the queue took the check and does not have it: Redis takes no writes');
    if (found < all) throw new StoreSilentError(`the queue took the check and has ${found} of its ${all} parts`);
  }

  async function lay(trees: Tree[]): Promise<void> {
    if (connection.status !== 'ready') throw new StoreDownError('the queue cannot be reached: nothing was sent to it');
    const signed = trees.map(tree => signedTree(signing, tree));
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<never>((_, reject) => {
      timer = setTimeout(() => reject(new StoreSilentError('the queue did not take the check in time')), withinMs);
    });
    try {
      await Promise.race([addAll(signed), late]);
    } catch (error) {
      throw error instanceof StoreDownError
        ? error
        : new StoreSilentError('the queue did not say that it took the check', {}, { cause: error });
    } finally {
      clearTimeout(timer);
    }
  }
};
