import type { Redis } from 'ioredis';
import type { Log } from '../chat/log.js';
import type { Config } from '../config/config.js';
import { ConfigError } from '../domain/errors.js';
import type { Secrets } from '../intake/ports.js';
import { checkRedis } from '../store/check-redis.js';
import { connectRedis, untilReady } from '../store/connect.js';

export type RedisAccess = {
  /** Fails fast: for our keys, and for laying jobs. */
  store: Redis;
  /** Waits for Redis to come back: for workers, each its own. */
  worker: (name: string) => Redis;
  close: () => void;
};

const READY_WITHIN_MS = 15_000;

/** Connects to the configured Redis and says in plain words what is wrong with it; throws where the bot must not run on it. */
export const openRedis = async (
  config: Config,
  secrets: Secrets,
  log: Log,
  readyWithinMs = READY_WITHIN_MS,
): Promise<RedisAccess> => {
  const url = await urlOf(config, secrets);
  const tls = config.redis?.ca ? { tls: { caFile: config.redis.ca } } : {};
  const open: Redis[] = [];
  const connect = (role: 'store' | 'worker', name: string) => {
    const redis = connectRedis(url, { role, say: line => log.warn({}, line), name: `uccx-doctor-${name}`, ...tls });
    open.push(redis);
    return redis;
  };
  const close = () => {
    for (const redis of open) redis.disconnect();
  };
  const store = connect('store', 'store');
  try {
    await untilReady(store, readyWithinMs);
    const faults = await checkRedis(store);
    for (const fault of faults) log.warn({ severity: fault.severity }, fault.says);
    const refusals = faults.filter(({ severity }) => severity === 'refuse').map(({ says }) => says);
    if (refusals.length > 0) throw new ConfigError(refusals.join('\n'));
  } catch (error) {
    close();
    throw error;
  }
  return { store, worker: name => connect('worker', name), close };
};

/** With the login, so not to be shown. */
export const urlOf = async ({ redis }: Config, secrets: Secrets): Promise<string> => {
  if (!redis?.url) {
    throw new ConfigError(
      'No Redis is configured: set UCCX_REDIS_URL or redis.url, or run «uccx-doctor start», which brings one of its own.',
    );
  }
  if (!redis.passwordFrom) return redis.url;
  const login = `${encodeURIComponent(redis.user ?? '')}:${encodeURIComponent(await secrets(redis.passwordFrom))}@`;
  return redis.url.replace('://', `://${login}`);
};
