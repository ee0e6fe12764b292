import type { AuditLog } from '../../intake/ports.js';
import { reach, type Shelf } from './reach.js';
import { script } from './script.js';

/**
 * A stream of lines whose ids are their numbers, and beside it a hash with the number and hash of the last one. Redis knows no SHA-256,
 * so whoever appends has hashed before; the script takes the lines only where nobody else has appended since.
 */
export const redisAudit = ({ redis, prefix }: Shelf): AuditLog => {
  const keys = [`${prefix}audit:log`, `${prefix}audit:head`];
  const [log] = keys as [string];
  return {
    state: async () => {
      const [seq, hash, last, line, first] = (await reach('reading where the audit stands', () =>
        STATE(redis, keys, []),
      )) as [string, string, string, string, string];
      const head = { seq: Number(seq), hash };
      // The head is lost, or older than what stands there: the chain goes on behind what stands there, and `verify` tells the rest.
      const ahead = numberOf(last) > head.seq ? hashIn(line) : null;
      return { head: ahead === null ? head : { seq: numberOf(last), hash: ahead }, first: numberOf(first) };
    },
    append: async (behind, lines, head, letGo) => {
      const given = [behind.seq, head.seq, head.hash, letGo === null ? '' : letGo + 1, ...lines];
      return (await reach('appending to the audit', () => APPEND(redis, keys, [behind.hash, ...given]))) === 1;
    },
    lines: async (from, most) =>
      linesOf(await reach('reading the audit', () => redis.xrange(log, `${from}-0`, '+', 'COUNT', most))),
    newest: async (before, most) =>
      linesOf(await reach('reading the audit', () => redis.xrevrange(log, `(${before}-0`, '-', 'COUNT', most))),
  };
};

const linesOf = (read: readonly [string, string[]][]): string[] => read.map(([, [, line = '']]) => line);
const numberOf = (id: string): number => Number(id.split('-')[0] ?? 0);
const hashIn = (line: string): string => /"hash":"([0-9a-f]+)"\}$/.exec(line)?.[1] ?? '';

const STATE = script(`
local log, head = KEYS[1], KEYS[2]
local last = redis.call('XREVRANGE', log, '+', '-', 'COUNT', 1)[1]
local first = redis.call('XRANGE', log, '-', '+', 'COUNT', 1)[1]
return {
  redis.call('HGET', head, 'seq') or '0', redis.call('HGET', head, 'hash') or '',
  last and last[1] or '0', last and last[2][2] or '', first and first[1] or '0',
}`);

const APPEND = script(`
local log, head, hash, seq = KEYS[1], KEYS[2], ARGV[1], tonumber(ARGV[2])
local atSeq, atHash = tonumber(redis.call('HGET', head, 'seq') or '0'), redis.call('HGET', head, 'hash') or ''
local last = redis.call('XREVRANGE', log, '+', '-', 'COUNT', 1)[1]
local lastSeq = last and tonumber(string.match(last[1], '^%d+')) or 0
if lastSeq > atSeq then
  if seq ~= lastSeq then return 0 end
elseif atSeq ~= seq or atHash ~= hash then
  return 0
end
for i = 6, #ARGV do redis.call('XADD', log, string.format('%d-0', seq + i - 5), 'line', ARGV[i]) end
redis.call('HSET', head, 'seq', ARGV[3], 'hash', ARGV[4])
if ARGV[5] ~= '' then redis.call('XTRIM', log, 'MINID', ARGV[5] .. '-0') end
return 1`);
