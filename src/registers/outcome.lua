-- Records how a call to a register ended. After enough failures in a row it rests, longer each time.
-- KEYS[1] health
-- ARGV: 1 'ok' | 'failed'  2 failures before it rests  3 first rest (ms)  4 longest rest (ms)
-- Returns 'ok'
local time = redis.call('TIME')
local now = tonumber(time[1]) * 1000 + math.floor(tonumber(time[2]) / 1000)
if ARGV[1] == 'ok' then
  redis.call('HSET', KEYS[1], 'failures', 0, 'answeredAt', now)
  redis.call('HDEL', KEYS[1], 'restsUntil')
  return 'ok'
end
local failures = redis.call('HINCRBY', KEYS[1], 'failures', 1)
local over = failures - tonumber(ARGV[2])
if over >= 0 then
  local rest = math.min(tonumber(ARGV[4]), tonumber(ARGV[3]) * 2 ^ math.min(over, 20))
  redis.call('HSET', KEYS[1], 'restsUntil', now + rest)
end
return 'ok'
