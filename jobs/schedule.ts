import { setTimeout as wait } from 'node:timers/promises';
import { type Queue, type RepeatOptions, UnrecoverableError } from 'bullmq';
import type { Redis } from 'ioredis';
import type { Clock } from '../src/domain/clock.js';
import { type Digest, scheduleOf } from '../src/domain/digest.js';
import { dueSlot, MISSED_AFTER_MS, nextTick } from '../src/domain/digest-due.js';
import { DigestId, readWhenText } from '../src/domain/digest-when.js';
import { StoreDownError } from '../src/domain/errors.js';
import type { Digests } from '../src/intake/ports.js';
import { digestJob } from './digest/job.js';
import { DIGEST, openQueue } from './queues.js';

export type ScheduleDeps = {
  connection: Redis;
  clock: Clock;
  digests: Digests;
  /** Those of the configuration. */
  configured: readonly Digest[];
  onError: (error: unknown) => void;
};

export type Schedule = {
  /** Makes the queue's schedulers what is configured and stored, and begins what was missed. */
  reconcile: () => Promise<void>;
  /** Does so now, and from then on by itself. */
  start: () => Promise<void>;
  close: () => Promise<void>;
};

/** With `MISSED_AFTER_MS` it bounds how late a digest is that the queue has forgotten. */
const SWEEP_MS = 15_000;
const CLOSE_MS = 1_000;
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
export const repeatStrategy = (after: number, { pattern, tz }: RepeatOptions, name?: string): number | undefined => {
  const when = readWhenText(pattern ?? '');
  const id = DigestId.safeParse(name);
  if (!when || !id.success) throw new UnrecoverableError(`no digest has the times ${pattern}`);
  return nextTick({ id: id.data, when, zone: tz ?? 'UTC' }, after) ?? undefined;
};

/**
 * Schedulers of BullMQ bring each digest to the second; what is told rests on our own ledger of slots. So a scheduler that was lost,
 * doubled or set anew costs seconds, and never a digest.
 */
export const digestSchedule = ({ connection, clock, digests, configured, onError }: ScheduleDeps): Schedule => {
  const queue = openQueue(DIGEST, connection, onError, { repeatStrategy });
  let timer: NodeJS.Timeout | undefined;
  let going: Promise<void> = Promise.resolve();
  const reconcile = (): Promise<void> => {
    going = going.catch(() => {}).then(reconcileOnce);
    return going;
  };
  return {
    reconcile,
    start: async () => {
      timer ??= setInterval(() => void reconcile().catch(onError), SWEEP_MS);
      timer.unref();
      await reconcile().catch(onError);
    },
    close: async () => {
      clearInterval(timer);
      // Without Redis a goodbye would never be heard.
      await Promise.race([going.catch(() => {}).then(() => queue.close()), wait(CLOSE_MS, undefined, { ref: false })]);
    },
  };

  async function reconcileOnce(): Promise<void> {
    const wanted = [
      ...configured,
      ...(await digests.all()).filter(({ id }) => !configured.some(each => each.id === id)),
    ];
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

  async function one(digest: Digest, found: Awaited<ReturnType<Queue['getJobSchedulers']>>[number] | undefined) {
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
    const set = () =>
      queue.upsertJobScheduler(
        digest.id,
        { pattern, tz },
        { name: digest.id, data: { digest: digest.id }, opts: { ...digestJob.opts, ...KEPT } },
      );
    await set().catch(async () => {
      // Its next job stands there already, and no scheduler knows of it.
      await queue.removeJobScheduler(digest.id);
      await queue.remove(`repeat:${digest.id}:${next}`);
      await set();
    });
  }
};
