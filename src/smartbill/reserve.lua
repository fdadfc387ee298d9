-- A future start of its own for a job that is about to wait, so that a thousand waiting jobs never wake together.
-- KEYS[1] slots  KEYS[2] in flight  KEYS[3] finished  KEYS[4] health of the token  KEYS[5] health of the account
-- ARGV: 1 limit  2 window (ms)  3 earliest (ms), or '0'  4 longest pause between looks at an account
--       that rests for an unknown time (ms)
-- Returns {start (ms), now (ms)}
local time = redis.call('TIME')
local now = tonumber(time[1]) * 1000 + math.floor(tonumber(time[2]) / 1000)
local limit, window = tonumber(ARGV[1]), tonumber(ARGV[2])
local gap = window / limit
local tat = tonumber(redis.call('HGET', KEYS[1], 'tat') or '0')
local earliest = math.max(now, tonumber(ARGV[3]))
for i = 4, 5 do
  local health = redis.call('HMGET', KEYS[i], 'state', 'until')
  if health[1] and health[1] ~= 'ok' then
    local till = tonumber(health[2]) or 0
    if health[1] ~= 'blocked' then till = math.min(till, now + tonumber(ARGV[4])) end
    earliest = math.max(earliest, till, now + 250)
  end
end
redis.call('ZREMRANGEBYSCORE', KEYS[3], '-inf', now - window - 1)
local slot
if earliest <= now and tat <= now and redis.call('ZCARD', KEYS[2]) + redis.call('ZCARD', KEYS[3]) < limit then
  -- The window has room: start at once, and let those who come after queue up only when it is full.
  local burst = tonumber(redis.call('HGET', KEYS[1], 'burst') or '0')
  local since = tonumber(redis.call('HGET', KEYS[1], 'burstAt') or '0')
  if now - since > window then burst = 0; since = now end
  slot = now
  burst = burst + 1
  redis.call('HSET', KEYS[1], 'burst', burst, 'burstAt', since)
  if burst >= limit then redis.call('HSET', KEYS[1], 'tat', since + window + gap, 'burst', 0) end
else
  slot = math.max(earliest, tat)
  redis.call('HSET', KEYS[1], 'tat', slot + gap)
end
redis.call('PEXPIRE', KEYS[1], math.ceil(math.max(slot - now, 0) + window * 4))
return { tostring(math.ceil(slot)), tostring(now) }
