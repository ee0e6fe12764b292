import type { FlowJob, Job, JobsOptions, Processor } from 'bullmq';
import type { z } from 'zod';
import { UccxDoctorError } from '../src/domain/errors.js';

/** What lies in the queue is not what this version understands: another version, or somebody else, wrote it. */
class UnreadableJobError extends UccxDoctorError {}

/** A job as a contract: both sides parse, so that a processor meets only good data. */
export type JobContract<Payload, Result> = {
  name: string;
  queue: (payload: Payload) => string;
  /** Made from what the job is, so that doing it twice is doing it once. Parts are joined by a dot, which no part may contain. */
  id: (payload: Payload) => string;
  payload: z.ZodType<Payload>;
  result: z.ZodType<Result>;
  opts: JobsOptions;
};

export type DefinedJob<Payload, Result> = JobContract<Payload, Result> & {
  node: (payload: Payload, more?: { delay?: number; priority?: number; children?: FlowJob[] }) => FlowJob;
  processor: (process: (payload: Payload, job: Job, signal: AbortSignal) => Promise<Result>) => Processor;
};

export const defineJob = <Payload, Result>(contract: JobContract<Payload, Result>): DefinedJob<Payload, Result> => ({
  ...contract,
  node: (payload, { delay, priority, children } = {}) => ({
    name: contract.name,
    queueName: contract.queue(payload),
    data: contract.payload.parse(payload),
    opts: {
      ...KEPT,
      ...contract.opts,
      ...(delay === undefined ? {} : { delay }),
      ...(priority === undefined ? {} : { priority }),
      jobId: contract.id(payload),
    },
    ...(children ? { children } : {}),
  }),
  processor: process => async (job, _token, signal) => {
    const payload = contract.payload.safeParse(job.data);
    if (!payload.success)
      throw new UnreadableJobError(`a ${contract.name} job cannot be read`, { id: job.id, why: payload.error.message });
    return contract.result.parse(await process(payload.data, job, signal ?? new AbortController().signal));
  },
});

/**
 * A finished job keeps its id taken for an hour, within which Slack repeats an event; the store remembers the run for longer. Not for
 * a day: a report may have hundreds of kilobytes, and stands in its job and in that of its reply. One that failed is kept to be read.
 */
const KEPT: JobsOptions = {
  removeOnComplete: { age: 3_600, count: 500 },
  removeOnFail: { age: 86_400, count: 500 },
};
