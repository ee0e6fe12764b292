import { setTimeout as wait } from 'node:timers/promises';
import { type FlowJob, FlowProducer, type Telemetry } from 'bullmq';
import type { Redis } from 'ioredis';
import { StoreDownError } from '../src/domain/errors.js';
import type { Submit } from '../src/intake/ports.js';
import type { Signing } from '../src/signing/signing.js';
import { signedTree, type Tree } from './define.js';
import { flowOf } from './flow.js';
import { PREFIX } from './queues.js';

/** An asker shall read within three seconds that the queue is down. */
const SUBMIT_MS = 2_000;
const CLOSE_MS = 1_000;

/** Lays a run into Redis, signed, in one call, or throws `StoreDownError`. `connection` must fail at once where Redis is away. */
export const makeSubmit = (
  connection: Redis,
  onError: (error: Error) => void,
  signing: Signing,
  { telemetry }: { telemetry?: Telemetry } = {},
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
    if (roots.length > 0 && (await connection.exists(...roots)) < new Set(roots).size)
      throw new StoreDownError('the queue took the check and does not have it: Redis takes no writes');
  }

  async function lay(trees: Tree[]): Promise<void> {
    const signed = trees.map(tree => signedTree(signing, tree));
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<never>((_, reject) => {
      timer = setTimeout(() => reject(new StoreDownError('the queue did not take the check in time')), SUBMIT_MS);
    });
    try {
      await Promise.race([addAll(signed), late]);
    } catch (error) {
      throw error instanceof StoreDownError
        ? error
        : new StoreDownError('the queue did not take the check', {}, { cause: error });
    } finally {
      clearTimeout(timer);
    }
  }
};
