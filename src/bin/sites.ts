import { makeBacklogs } from '../../jobs/backlog.js';
import type { OpenStanding } from '../cli/sites.js';
import { keyFolderOf, openKeyRing } from '../config/key-ring.js';
import { makeSigning } from '../signing/signing.js';
import { redisStore } from '../store/redis/redis-store.js';
import { makeLog } from './log.js';
import { openRedis } from './redis.js';
import { trustedHeartbeats } from './trusted-heartbeats.js';

/** A person waits for it. */
const READY_WITHIN_MS = 3_000;

/** What bots and workers that share the configured Redis tell of themselves. */
export const openStanding: OpenStanding = async (config, secrets, io) => {
  const log = makeLog('sites', { ...io.env, UCCX_LOG: io.env.UCCX_LOG ?? 'error' });
  const redis = await openRedis(config, secrets, log, READY_WITHIN_MS);
  const { heartbeats } = redisStore({ redis: redis.store, say: line => log.warn({}, line) });
  const { ofSite, close } = makeBacklogs(redis.store, error => log.error({ error }, 'the queue reports an error'));
  const folder = keyFolderOf(config, io.env, io.cwd);
  const ring = await openKeyRing({ config, secrets, folder, signs: [], isReader: true });
  return {
    heartbeats: trustedHeartbeats(heartbeats, makeSigning('bot', ring)),
    backlog: ofSite,
    close: async () => {
      await close();
      redis.close();
    },
  };
};
