import { Report } from '../../domain/report.js';
import type { History } from '../../intake/ports.js';
import type { Limits } from '../store.js';
import { reach, type Shelf } from './reach.js';
import { script } from './script.js';

/** A sorted set run → when finished, and a hash run → report; what is over the cap or too old leaves both. The newest always stays. */
const PUT = script(`
local order, reports = KEYS[1], KEYS[2]
local run, finished, report, keepMs, keepCount = ARGV[1], ARGV[2], ARGV[3], tonumber(ARGV[4]), tonumber(ARGV[5])
redis.call('ZADD', order, finished, run)
redis.call('HSET', reports, run, report)
local newest = redis.call('ZREVRANGE', order, 0, 0, 'WITHSCORES')
local function drop(runs)
  for _, each in ipairs(runs) do
    redis.call('ZREM', order, each)
    redis.call('HDEL', reports, each)
  end
end
drop(redis.call('ZRANGEBYSCORE', order, '-inf', '(' .. string.format('%.0f', tonumber(newest[2]) - keepMs)))
drop(redis.call('ZRANGE', order, 0, -keepCount - 1))
redis.call('PEXPIRE', order, keepMs)
redis.call('PEXPIRE', reports, keepMs)`);

const NTH_NEWEST = script(`
local run = redis.call('ZREVRANGE', KEYS[1], ARGV[1], ARGV[1])[1]
if not run then return false end
return { run, redis.call('HGET', KEYS[2], run) or '' }`);

export const redisHistory = ({ redis, prefix, say }: Shelf, { historyMs, historyCount }: Limits): History => {
  const keys = (target: string) => [`${prefix}history:${target}:order`, `${prefix}history:${target}:reports`];
  return {
    put: async report => {
      const finished = Date.parse(report.finishedAt);
      await reach('keeping a report', () =>
        PUT(redis, keys(report.target), [report.run, finished, JSON.stringify(report), historyMs, historyCount]),
      );
    },
    last: async target => {
      for (let nth = 0; nth < historyCount; nth++) {
        const found = await reach('reading the last report', () => NTH_NEWEST(redis, keys(target), [nth]));
        if (found === null) return null;
        const [run, text] = found as [string, string];
        const report = readReport(text);
        if (report) return report;
        say(`the report of run ${run} on ${target} could not be read and was left out`);
      }
      return null;
    },
  };
};

const readReport = (text: string): Report | null => {
  try {
    return Report.parse(JSON.parse(text));
  } catch {
    return null; // cut, or of a version that we do not know
  }
};
