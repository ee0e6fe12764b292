import { script } from './script.js';

/**
 * Reports: a sorted set run → when finished, a hash run → report, and a sorted set of those without a problem, which go first. Rows: a
 * hash day → page, and a sorted set day → when its page has to be thinned next. Gives back what is ripe for that: two pages at most, and
 * today's where it has grown too long. At most a hundred reports go at a time.
 */
export const PUT = script(`
local order, reports, healthy, pages, due = KEYS[1], KEYS[2], KEYS[3], KEYS[4], KEYS[5]
local run, finished, report, isHealthy = ARGV[1], tonumber(ARGV[2]), ARGV[3], ARGV[4] == '1'
local keepMs, healthyMs, keepCount = tonumber(ARGV[5]), tonumber(ARGV[6]), tonumber(ARGV[7])
local day, line, dueMs, rowsPerDay, rowsMs = ARGV[8], ARGV[9], ARGV[10], tonumber(ARGV[11]), ARGV[12]

if redis.call('HEXISTS', reports, run) == 1 then
  local named = '"' .. run .. '"'
  for _, each in ipairs({ day, ARGV[13], ARGV[14] }) do
    local page = redis.call('HGET', pages, each)
    if page and string.find(page, named, 1, true) then
      local kept = {}
      for row in string.gmatch(page, '[^\\n]+') do
        if not string.find(row, named, 1, true) then kept[#kept + 1] = row .. '\\n' end
      end
      redis.call('HSET', pages, each, table.concat(kept))
    end
  end
end
redis.call('ZADD', order, finished, run)
redis.call('HSET', reports, run, report)
if isHealthy then redis.call('ZADD', healthy, finished, run) else redis.call('ZREM', healthy, run) end

local newest = redis.call('ZREVRANGE', order, 0, 0, 'WITHSCORES')
local function drop(runs, most)
  local gone = 0
  for _, each in ipairs(runs) do
    if gone < most and each ~= newest[1] then
      redis.call('ZREM', order, each)
      redis.call('ZREM', healthy, each)
      redis.call('HDEL', reports, each)
      gone = gone + 1
    end
  end
  return gone
end
local function before(ms) return '(' .. string.format('%.0f', tonumber(newest[2]) - ms) end
drop(redis.call('ZRANGEBYSCORE', healthy, '-inf', before(healthyMs), 'LIMIT', 0, 100), 100)
drop(redis.call('ZRANGEBYSCORE', order, '-inf', before(keepMs), 'LIMIT', 0, 100), 100)
local tooMany = math.min(redis.call('ZCARD', healthy) - tonumber(ARGV[15]), 100)
if tooMany > 0 then drop(redis.call('ZRANGE', healthy, 0, tooMany), tooMany) end
local over = math.min(redis.call('ZCARD', order) - keepCount, 100)
if over > 0 then over = over - drop(redis.call('ZRANGE', healthy, 0, over), over) end
if over > 0 then drop(redis.call('ZRANGE', order, 0, over), over) end

local page = (redis.call('HGET', pages, day) or '') .. line
redis.call('HSET', pages, day, page)
redis.call('ZADD', due, 'NX', dueMs, day)
for _, each in ipairs({ order, reports, healthy }) do redis.call('PEXPIRE', each, keepMs) end
for _, each in ipairs({ pages, due }) do redis.call('PEXPIRE', each, rowsMs) end

local ripe = {}
for _, each in ipairs(redis.call('ZRANGEBYSCORE', due, '-inf', finished, 'LIMIT', 0, 2)) do
  ripe[#ripe + 1] = { each, redis.call('HGET', pages, each) or '' }
end
local _, rows = string.gsub(page, '\\n', '\\n')
if rows > rowsPerDay then ripe[#ripe + 1] = { day, page } end
return ripe`);

export const NTH_NEWEST = script(`
local run = redis.call('ZREVRANGE', KEYS[1], ARGV[1], ARGV[1])[1]
if not run then return false end
return { run, redis.call('HGET', KEYS[2], run) or '' }`);

export const SWAP = script(`
local pages, due, day = KEYS[1], KEYS[2], ARGV[1]
if (redis.call('HGET', pages, day) or '') ~= ARGV[2] then return 0 end
if ARGV[3] == '' then
  redis.call('HDEL', pages, day)
  redis.call('ZREM', due, day)
else
  redis.call('HSET', pages, day, ARGV[3])
  redis.call('ZADD', due, ARGV[4], day)
end
return 1`);
