import { Queue } from 'bullmq';
import { digestStrategy } from '../../jobs/digest/schedule.js';
import { DIGEST, PREFIX } from '../../jobs/queues.js';
import { type Digest, scheduleOf } from '../../src/domain/digest.js';
import { wallWords } from '../../src/domain/digest-slots.js';
import type { Zone } from '../../src/domain/digest-when.js';
import { redisStore } from '../../src/store/redis/redis-store.js';
import type { TestWhole } from './whole.js';

/** The queue of digests, as the bot has it open. */
export const digestQueue = async ({ redis }: TestWhole): Promise<Queue> =>
  new Queue(DIGEST, {
    connection: await redis.connect('worker'),
    prefix: PREFIX,
    settings: { repeatStrategy: digestStrategy },
  });

/** Forty minutes ago, as the clock on the wall there shows it. */
export const fortyMinutesAgo = (zone: Zone): string => wallWords(Date.now() - 40 * 60_000, zone).slice(11);

/** As if the digest had been asked for an hour ago, and the queue's scheduler came to it now. */
export const digestComes = async ({ redis }: TestWhole, queue: Queue, which: (digest: Digest) => boolean) => {
  const { digests } = redisStore({ redis: await redis.connect('worker'), say: () => {} });
  const digest = (await digests.all()).find(which);
  if (!digest) throw new Error('there is no such digest');
  await digests.remember(digest.id, { schedule: scheduleOf(digest), since: Date.now() - 3_600_000, laid: [] });
  const scheduler = await queue.getJobScheduler(digest.id);
  await (await queue.getJob(`repeat:${digest.id}:${scheduler?.next}`))?.promote();
};
