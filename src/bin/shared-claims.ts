import type { OpenShared } from '../cli/alone.js';
import { redisStore } from '../store/redis/redis-store.js';
import { makeLog } from './log.js';
import { openRedis } from './redis.js';

/** Somebody waits at a terminal. */
const READY_WITHIN_MS = 5_000;

/** What the bots that share the configured Redis hold, and where somebody presses «stop». */
export const openSharedClaims: OpenShared = async (config, secrets, io) => {
  const log = makeLog('check', io.env);
  const redis = await openRedis(config, secrets, log, READY_WITHIN_MS);
  const { claims, stops } = redisStore({ redis: redis.store, say: line => log.warn({}, line) });
  return { claims, stops, close: redis.close };
};
