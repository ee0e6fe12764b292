import type { JobSchedulerTemplateOptions, Queue } from 'bullmq';

/** A scheduler as the queue tells of it. */
export type FoundScheduler = Awaited<ReturnType<Queue['getJobSchedulers']>>[number];

/** Sets the one scheduler of an id, whose next job comes at `next`. */
export const setScheduler = async (
  queue: Queue,
  id: string,
  repeat: { pattern: string; tz?: string },
  { next, data, opts }: { next: number; data: unknown; opts: JobSchedulerTemplateOptions },
): Promise<void> => {
  const set = () => queue.upsertJobScheduler(id, repeat, { name: id, data, opts });
  await set().catch(async () => {
    // Its next job stands there already, and no scheduler knows of it.
    await queue.removeJobScheduler(id);
    await queue.remove(`repeat:${id}:${next}`);
    await set();
  });
};
