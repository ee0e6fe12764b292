import type { OpenHistory } from '../cli/history.js';
import type { Config } from '../config/config.js';
import { redisStore } from '../store/redis/redis-store.js';
import type { Limits } from '../store/store.js';
import { makeLog } from './log.js';
import { openRedis } from './redis.js';

const DAY = 86_400_000;

/** What the configuration says of history, as the store counts it. */
export const historyLimits = ({ history }: Pick<Config, 'history'>) =>
  ({
    historyMs: history.keepDays * DAY,
    healthyReportMs: history.keepHealthyDays * DAY,
    historyCount: history.keepReports,
    healthyReportCount: history.keepHealthyReports,
    hourlyAfterMs: history.hourlyAfterDays * DAY,
    dailyAfterMs: history.dailyAfterDays * DAY,
    rowMs: history.rowDays * DAY,
    failureRowMs: history.problemRowDays * DAY,
    rowsPerDay: history.rowsPerDay,
  }) satisfies Partial<Limits>;

/** The history of the bots that share the configured Redis. */
export const openSharedHistory: OpenHistory = async (config, secrets, io) => {
  const log = makeLog('history', io.env);
  const redis = await openRedis(config, secrets, log);
  const store = redisStore({ redis: redis.store, say: line => log.warn({}, line) }, historyLimits(config));
  return { history: store.history, close: redis.close };
};
