-- Whether a call to a register may start now: not while it rests after failures, and not within the gap after the
-- start of another process's call.
-- KEYS[1] turn (exists during the gap)  KEYS[2] health
-- ARGV: 1 gap (ms)
-- Returns {'go', '0'} | {'wait', ms} | {'resting', ms}
local time = redis.call('TIME')
local now = tonumber(time[1]) * 1000 + math.floor(tonumber(time[2]) / 1000)
local rest = tonumber(redis.call('HGET', KEYS[2], 'restsUntil') or '0') - now
if rest > 0 then return { 'resting', tostring(rest) } end
if redis.call('SET', KEYS[1], '1', 'NX', 'PX', ARGV[1]) then return { 'go', '0' } end
return { 'wait', tostring(math.max(1, redis.call('PTTL', KEYS[1]))) }
