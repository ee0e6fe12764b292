import { type AdvancedRepeatOptions, Queue } from 'bullmq';
import type { Redis } from 'ioredis';
import type { SiteId } from '../src/domain/ids.js';

/** All keys of ours share one hash tag, so that one call may touch several of them in a Redis Cluster. */
export const PREFIX = '{uccx}';

/** One queue a site: its worker takes nothing else. */
export const probeQueue = (site: SiteId): string => `probe-${site}`;
export const DIAGNOSE = 'diagnose';
export const REPLY = 'reply';
export const DEADLINE = 'deadline';
export const DIGEST = 'digest';
export const DIGEST_TELL = 'digest-tell';
export const MAINTENANCE = 'maintenance';
export const WATCH = 'watch';
export const WATCH_JUDGE = 'watch-judge';
export const WATCH_TELL = 'watch-tell';

/** Those that the bot itself works on. */
export const HUB_QUEUES = [
  DIAGNOSE,
  REPLY,
  DEADLINE,
  DIGEST,
  DIGEST_TELL,
  MAINTENANCE,
  WATCH,
  WATCH_JUDGE,
  WATCH_TELL,
] as const;

/**
 * The event of a finished job carries its whole result. BullMQ keeps 10,000 events of each queue for ever, which would be more than
 * all else in Redis; whoever shows progress reads them as they come.
 */
const KEPT_EVENTS = 200;

/** The only way to open a queue: without that number BullMQ would write its own into Redis, for everybody. */
export const openQueue = (
  name: string,
  connection: Redis,
  onError: (error: Error) => void,
  settings: AdvancedRepeatOptions = {},
): Queue =>
  new Queue(name, { connection, prefix: PREFIX, settings, streams: { events: { maxLen: KEPT_EVENTS } } }).on(
    'error',
    onError,
  );
