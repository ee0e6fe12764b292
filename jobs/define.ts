import { type FlowJob, type Job, type JobsOptions, type Processor, UnrecoverableError } from 'bullmq';
import type { z } from 'zod';
import { UccxDoctorError } from '../src/domain/errors.js';
import type { Party, Refused, Signed, Validity } from '../src/signing/signed.js';
import type { Signing } from '../src/signing/signing.js';

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

/** A job as it is to be laid. Whoever lays it signs its payload; `valid` is signed with it and is no part of what BullMQ gets. */
export type Tree = Omit<FlowJob, 'children'> & { valid?: Validity; children?: Tree[] };

type Read<Value> = { is: 'good'; value: Value; valid: Validity | null } | Refused;

export type DefinedJob<Payload, Result> = JobContract<Payload, Result> & {
  node: (payload: Payload, more?: { delay?: number; priority?: number; children?: Tree[]; valid?: Validity }) => Tree;
  /** The order that a bot has signed for this very job; throws `UnreadableJobError` where that is of another version. */
  order: (signing: Signing, job: Pick<Job, 'id' | 'data'>) => Promise<Read<Payload>>;
  answer: (signing: Signing, id: string, result: Result) => Signed;
  /** What `from` has signed as the answer of the job of that id. */
  answered: (signing: Signing, from: Party, id: string, found: unknown) => Promise<Read<Result> | { is: 'unreadable' }>;
  /** Of a job that is laid with a signature; without one nothing is done. */
  processor: (
    signing: Signing,
    process: (payload: Payload, job: Job, signal: AbortSignal) => Promise<Result>,
  ) => Processor;
  /** Of a job that a schedule brings: it names what is kept elsewhere, and is harmless however often it comes. */
  scheduled: (process: (payload: Payload, job: Job) => Promise<Result>) => Processor;
};

export const defineJob = <Payload, Result>(contract: JobContract<Payload, Result>): DefinedJob<Payload, Result> => {
  const { name } = contract;
  const parsed = (payload: unknown, id: string | undefined): Payload => {
    const read = contract.payload.safeParse(payload);
    if (!read.success) throw new UnreadableJobError(`a ${name} job cannot be read`, { id, why: read.error.message });
    return read.data;
  };
  const order: DefinedJob<Payload, Result>['order'] = async (signing, { id, data }) => {
    const opened = await signing.open('bot', orderOf(name, String(id)), data);
    return opened.is === 'good' ? { is: 'good', value: parsed(opened.body, id), valid: opened.valid } : opened;
  };
  return {
    ...contract,
    node: (payload, { delay, priority, children, valid } = {}) => ({
      name,
      queueName: contract.queue(payload),
      data: contract.payload.parse(payload),
      opts: {
        ...KEPT,
        ...contract.opts,
        ...(delay === undefined ? {} : { delay }),
        ...(priority === undefined ? {} : { priority }),
        jobId: contract.id(payload),
      },
      ...(valid ? { valid } : {}),
      ...(children ? { children } : {}),
    }),
    order,
    answer: (signing, id, result) => signing.sign(answerOf(name, id), contract.result.parse(result)),
    answered: async (signing, from, id, found) => {
      const opened = await signing.open(from, answerOf(name, id), found);
      if (opened.is === 'refused') return opened;
      const { data: value } = contract.result.safeParse(opened.body);
      return value === undefined ? { is: 'unreadable' } : { is: 'good', value, valid: opened.valid };
    },
    processor: (signing, process) => async (job, _token, signal) => {
      const read = await order(signing, job);
      if (read.is === 'refused') throw refusedError(name, job.id, read);
      return contract.result.parse(await process(read.value, job, signal ?? new AbortController().signal));
    },
    scheduled: process => async job => contract.result.parse(await process(parsed(job.data, job.id), job)),
  };
};

/** As `lay` puts it into Redis. */
export const signedTree = (signing: Signing, { valid, children, ...node }: Tree): FlowJob => ({
  ...node,
  data: signing.sign(orderOf(node.name, String(node.opts?.jobId)), node.data, valid),
  ...(children ? { children: children.map(child => signedTree(signing, child)) } : {}),
});

const orderOf = (name: string, id: string) => ({ is: `${name} order`, id });
const answerOf = (name: string, id: string) => ({ is: `${name} answer`, id });

/** A key may still come, or another bot has it; nothing else gets better by trying again. */
const refusedError = (name: string, id: string | undefined, { why, says }: Refused): Error => {
  const words = `a ${name} job is refused, because ${says}`;
  return why === 'unknown-key' ? new UnreadableJobError(words, { id }) : new UnrecoverableError(`${words} (${id})`);
};

/**
 * A finished job keeps its id taken for an hour, within which Slack repeats an event; the store remembers the run for longer. Not for
 * a day: a report may have hundreds of kilobytes, and stands in its job and in that of its reply. One that failed is kept to be read.
 */
const KEPT: JobsOptions = {
  removeOnComplete: { age: 3_600, count: 500 },
  removeOnFail: { age: 86_400, count: 500 },
};
