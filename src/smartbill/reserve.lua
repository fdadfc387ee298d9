-- A future start of its own for a job that is about to wait, so that a thousand waiting jobs never wake together: the
-- first free place at or after the moment it asks for, places being as far apart as the limit allows. Places that are
-- taken without a gap between them are kept as one run, so what is stored does not grow with what waits.
-- KEYS[1] runs (start → end)  KEYS[2] in flight  KEYS[3] finished  KEYS[4] health of the token
-- KEYS[5] health of the account  KEYS[6] starts given at once  KEYS[7] jobs that come back in a moment (job → when)
-- ARGV: 1 limit  2 window (ms)  3 earliest (ms), or '0'  4 pause between looks at an account that rests for an unknown
--       time (ms)  5 how soon a moment is (ms)  6 how many jobs may come back in a moment
-- Returns {start (ms), now (ms)}
local time = redis.call('TIME')
local now = tonumber(time[1]) * 1000 + math.floor(tonumber(time[2]) / 1000)
local limit, window, rest = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[4])
local gap = window / limit
local earliest = math.max(now, tonumber(ARGV[3]))
for i = 4, 5 do
  local health = redis.call('HMGET', KEYS[i], 'state', 'until')
  local state, till = health[1], tonumber(health[2]) or 0
  if state == 'paused' or state == 'login-refused' then
    till = now + rest
  elseif state and state ~= 'blocked' then
    till = math.min(till, now + rest)
  end
  if state then earliest = math.max(earliest, till, now + 250) end
end

-- A few jobs stay close, to take each place as soon as it is free: a job that was told a near moment comes back then.
if earliest > now and earliest == tonumber(ARGV[3]) and earliest - now <= tonumber(ARGV[5]) then
  redis.call('ZREMRANGEBYSCORE', KEYS[7], '-inf', now)
  if redis.call('ZCARD', KEYS[7]) < tonumber(ARGV[6]) then
    redis.call('ZADD', KEYS[7], earliest, time[1] .. time[2])
    redis.call('PEXPIRE', KEYS[7], window + 1000)
    return { tostring(earliest), tostring(now) }
  end
end

-- The run that covers `at`, or the next one after it.
local function run_from(at)
  local run = redis.call('ZRANGEBYSCORE', KEYS[1], '(' .. string.format('%.3f', at), '+inf', 'WITHSCORES', 'LIMIT', 0, 1)
  if run[1] then return run[1], tonumber(run[1]), tonumber(run[2]) end
end
-- Makes the run `name` reach from `from` to `to`; what it runs into moves to its end.
local function fill(name, from, to)
  local next, first, last = run_from(from)
  while next and first < to do
    redis.call('ZREM', KEYS[1], next)
    to = last + to - first
    next, first, last = run_from(last)
  end
  redis.call('ZADD', KEYS[1], string.format('%.3f', to), name)
end
local function name_of(start) return string.format('%.3f', start) end

redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', now)
local name, first, last = run_from(earliest)
local slot = earliest
if name and first <= earliest then
  slot = last
  fill(name, last, last + gap)
elseif earliest == now and redis.call('ZCARD', KEYS[2]) + redis.call('ZCOUNT', KEYS[3], now - window, '+inf') < limit then
  -- The window has room: start at once, and let those who come after queue up only when it is full.
  local given = redis.call('HMGET', KEYS[6], 'count', 'since')
  local count, since = tonumber(given[1]) or 0, tonumber(given[2]) or now
  if now - since > window then
    count, since = 0, now
  end
  redis.call('HSET', KEYS[6], 'count', count + 1, 'since', since)
  redis.call('PEXPIRE', KEYS[6], window * 2)
  if count + 1 >= limit then
    redis.call('DEL', KEYS[6])
    fill(name_of(now), now, since + window + gap)
  end
else
  fill(name_of(slot), slot, slot + gap)
end
local final = redis.call('ZRANGE', KEYS[1], -1, -1, 'WITHSCORES')[2]
if final then redis.call('PEXPIRE', KEYS[1], math.ceil(tonumber(final) - now + window * 4)) end
return { tostring(math.ceil(slot)), tostring(now) }
