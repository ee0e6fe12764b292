import { type RepeatOptions, UnrecoverableError } from 'bullmq';
import type { Redis } from 'ioredis';
import type { Clock } from '../../src/domain/clock.js';
import { type Digest, scheduleOf } from '../../src/domain/digest.js';
import { dueSlot, MISSED_AFTER_MS, nextTick } from '../../src/domain/digest-due.js';
import { DigestId, readWhenText } from '../../src/domain/digest-when.js';
import { StoreDownError } from '../../src/domain/errors.js';
import { withConfigured } from '../../src/domain/with-configured.js';
import type { Digests } from '../../src/intake/ports.js';
import { DIGEST, openQueue } from '../queues.js';
import { type FoundScheduler, setScheduler } from '../scheduler.js';
import { makeSweeper, type Sweeper } from '../sweeper.js';
import { digestJob } from './job.js';

export type DigestScheduleDeps = {
  connection: Redis;
  clock: Clock;
  digests: Digests;
  /** Those of the configuration. */
  configured: readonly Digest[];
  onError: (error: unknown) => void;
};

const KEPT = { removeOnComplete: { age: 3_600, count: 1_000 }, removeOnFail: { age: 86_400, count: 500 } };

/** The times of a digest as the queue keeps them. */
const timesOf = ({ when, zone }: Digest): { pattern: string; tz: string } => ({
  pattern: when.is === 'cron' ? when.pattern : `every ${when.everyMs / 60_000}m`,
  tz: zone,
});

/**
 * In the place of BullMQ's own reckoning, which doubles and skips hours where clocks change: the slots of the domain, by the digest's
 * name a little later. Queue and worker must both have it.
 */
export const digestStrategy = (after: number, { pattern, tz }: RepeatOptions, name?: string): number | undefined => {
  const when = readWhenText(pattern ?? '');
  const id = DigestId.safeParse(name);
  if (!when || !id.success) throw new UnrecoverableError(`no digest has the times ${pattern}`);
  return nextTick({ id: id.data, when, zone: tz ?? 'UTC' }, after) ?? undefined;
};

/**
 * Schedulers of BullMQ bring each digest to the second; what is told rests on our own ledger of slots. So a scheduler that was lost,
 * doubled or set anew costs seconds, and never a digest.
 */
export const digestSchedule = ({ connection, clock, digests, configured, onError }: DigestScheduleDeps): Sweeper => {
  const queue = openQueue(DIGEST, connection, onError, { repeatStrategy: digestStrategy });
  return makeSweeper(queue, sweep, onError);

  async function sweep(): Promise<void> {
    const wanted = withConfigured(configured, await digests.all());
    const schedulers = await queue.getJobSchedulers(0, -1);
    for (const { key } of schedulers) {
      if (wanted.some(({ id }) => id === key)) continue;
      await queue.removeJobScheduler(key);
      const id = DigestId.safeParse(key);
      if (id.success) await digests.drop(id.data); // taken out of the configuration: should it come back, it begins anew
    }
    const known = new Map(schedulers.map(each => [each.key, each]));
    const faults: unknown[] = [];
    // One that cannot be scheduled keeps no other from coming.
    for (const digest of wanted)
      await one(digest, known.get(digest.id)).catch(error => {
        if (error instanceof StoreDownError) throw error;
        faults.push(error);
      });
    if (faults.length > 0) throw faults[0];
  }

  async function one(digest: Digest, found: FoundScheduler | undefined) {
    const now = clock.now();
    const schedule = scheduleOf(digest);
    const memory = await digests.memory(digest.id);
    const isNew = memory?.schedule !== schedule;
    if (isNew) await digests.remember(digest.id, { schedule, since: now, laid: [] });

    const due = memory && !isNew ? dueSlot(digest, memory, now) : null;
    if (due !== null && now - due >= MISSED_AFTER_MS)
      await queue.add(
        digest.id,
        { digest: digest.id },
        { ...digestJob.opts, ...KEPT, jobId: `missed.${digest.id}.${due}` },
      );

    const { pattern, tz } = timesOf(digest);
    const next = nextTick(digest, now);
    const isLost =
      found?.next === undefined || found.next < now - MISSED_AFTER_MS || (next !== null && found.next > next + 1_000);
    if (found && !isLost && found.pattern === pattern && found.tz === tz) return;
    if (next === null) return;
    const { opts } = digestJob;
    await setScheduler(
      queue,
      digest.id,
      { pattern, tz },
      { next, data: { digest: digest.id }, opts: { ...opts, ...KEPT } },
    );
  }
};
