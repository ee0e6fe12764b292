import { Cluster, Redis, type RedisOptions } from 'ioredis';
import { StoreDownError } from '../domain/errors.js';
import { timeCommandsFairly } from './command-time.js';
import { type ClusterPlace, clusterOf, parseRedisUrl, placeOf, type RedisTls } from './redis-url.js';

export type ConnectRedis = {
  /**
   * `store` fails fast: for our keys and for whoever lays jobs, so that the asker reads within seconds that Redis is down.
   * `worker` waits for Redis however long it is gone: BullMQ asks this of the connections that take jobs.
   */
  role: 'store' | 'worker';
  /** Told once when the connection is lost and once when it is back. */
  say: (line: string) => void;
  tls?: RedisTls;
  /** Shown by `CLIENT LIST`. */
  name?: string;
};

const FLAVOURS = {
  store: {
    enableOfflineQueue: false,
    commandTimeout: 1000,
    // A command on a lost connection fails at once and is never sent again: it may have been carried out, and a second `begin`
    // would answer that somebody else had begun.
    maxRetriesPerRequest: 0,
    autoResendUnfulfilledCommands: false,
    // Half-open connections: an answer that stays out ends the connection, not just the command. A machine may stand still for seconds.
    socketTimeout: 5000,
    connectTimeout: 5000,
    reconnectOnError: error => error.message.startsWith('READONLY'),
  },
  worker: {
    maxRetriesPerRequest: null,
    // BullMQ's blocking reads answer within ten seconds.
    socketTimeout: 30_000,
    connectTimeout: 10_000,
    reconnectOnError: error => (error.message.startsWith('READONLY') ? 2 : false),
  },
} satisfies Record<ConnectRedis['role'], RedisOptions>;

/** Opens a connection that recovers by itself for as long as it is not disconnected. Throws `ConfigError` for a wrong URL only. */
export const connectRedis = (url: string, { role, say, tls, name }: ConnectRedis): Redis => {
  const cluster = clusterOf(url, tls);
  const redis = cluster ? openCluster(cluster, role, name) : openServer(parseRedisUrl(url, tls), role, name);
  timeCommandsFairly(redis);
  const place = placeOfRedis(redis);
  let wasReady = false;
  let lost: string | null = null;
  redis.on('ready', () => {
    if (lost !== null) say(`Redis at ${place} answers again`);
    [wasReady, lost] = [true, null];
  });
  const lose = (reason: string) => {
    if (lost === null) say(`Redis at ${place} ${wasReady ? 'is lost' : 'does not answer'}: ${reason}; trying on`);
    lost = reason;
  };
  redis.on('error', error => lose(reasonOf(error)));
  redis.on('reconnecting', () => lose('the connection was closed'));
  return redis;
};

const openServer = (options: RedisOptions, role: ConnectRedis['role'], name: string | undefined): Redis => {
  const all: RedisOptions & { replyMapping: 'legacy' } = {
    ...FLAVOURS[role],
    ...options,
    ...(name ? { connectionName: name } : {}),
    retryStrategy: later,
    sentinelRetryStrategy: times => Math.min(50 * 2 ** Math.min(times - 1, 10), 2000),
    sentinelCommandTimeout: 2000,
    replyMapping: 'legacy',
  };
  return new Redis(all);
};

/** How long a command looks for the node that has its keys now: an asker waits for seconds, a worker until another node was promoted. */
const LOOKS = {
  store: { maxRedirections: 8, retryDelayOnFailover: 100 },
  worker: { maxRedirections: 600, retryDelayOnFailover: 200 },
};

/** All keys of ours are in one slot, so one of the nodes does all the work and any other one takes it over. */
const openCluster = ({ nodes, options }: ClusterPlace, role: ConnectRedis['role'], name: string | undefined): Redis => {
  const { enableOfflineQueue = true, ...flavour }: RedisOptions = FLAVOURS[role];
  const cluster = new Cluster(nodes, {
    ...LOOKS[role],
    enableOfflineQueue,
    retryDelayOnClusterDown: LOOKS[role].retryDelayOnFailover,
    clusterRetryStrategy: later,
    slotsRefreshInterval: 5_000,
    redisOptions: {
      ...flavour,
      ...options,
      ...(name ? { connectionName: name } : {}),
      replyMapping: 'legacy',
    } as object,
  });
  places.set(cluster, `the cluster of ${nodes.map(({ host, port }) => `${host}:${port}`).join(', ')}`);
  return cluster as unknown as Redis; // it takes the same commands, and ioredis has no type for both
};

const later = (times: number): number => Math.min(50 * 2 ** Math.min(times - 1, 10), 2000) + Math.random() * 200;

const places = new WeakMap<object, string>();
const placeOfRedis = (redis: Redis): string => places.get(redis) ?? placeOf(redis.options);

/** Waits until the connection takes commands. */
export const untilReady = (redis: Redis, withinMs: number): Promise<void> =>
  new Promise((resolve, reject) => {
    if (redis.status === 'ready') return resolve();
    let reason = 'no answer';
    const end = (finish: () => void) => {
      clearTimeout(late);
      redis.off('ready', onReady).off('error', onError).off('end', onEnd);
      finish();
    };
    const give = (why: string) => () =>
      reject(new StoreDownError(`Redis at ${placeOfRedis(redis)} does not answer: ${why}`));
    const onReady = () => end(resolve);
    const onEnd = () => end(give('the connection was ended'));
    const onError = (error: Error) => {
      reason = reasonOf(error);
    };
    const late = setTimeout(() => end(() => give(reason)()), withinMs);
    redis.on('ready', onReady).on('error', onError).on('end', onEnd);
  });

/** What is wrong, in one line. Errors of ioredis carry the command that failed with its arguments, AUTH among them: only words get out. */
export const reasonOf = (error: unknown): string => {
  const { message, code, errors } = error as { message?: string; code?: string; errors?: { message?: string }[] };
  // Several addresses of one name were tried: the message of the whole is empty.
  const text = message || errors?.map(each => each.message).join(', ') || code || 'unknown';
  return text.split('\n')[0]?.slice(0, 300) ?? 'unknown';
};
