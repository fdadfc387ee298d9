-- An attempt with this floor is in doubt: the lowest such floor counts for as long as any of them may turn up.
-- KEYS[1] series
-- ARGV: 1 floor  2 now (ms)  3 until when its number may turn up (ms)
local known = redis.call('HMGET', KEYS[1], 'lateFrom', 'lateUntil')
local floor = tonumber(ARGV[1])
if known[1] and tonumber(known[2]) > tonumber(ARGV[2]) then floor = math.min(floor, tonumber(known[1])) end
redis.call('HSET', KEYS[1], 'lateFrom', floor, 'lateUntil', ARGV[3])
return 'ok'
