-- Records what the rules said of an order, once per change of mind, and takes it off the waiting list if no newer
-- snapshot came meanwhile.
-- KEYS[2] order  KEYS[3] journal  KEYS[4] orders waiting to be routed
-- ARGV: 1 order ref  2 version that was looked at  3 ruling (JSON)  4 who
-- Returns 'routed' | 'newer'
if redis.call('HGET', KEYS[2], 'ruling') ~= ARGV[3] then
  redis.call('HSET', KEYS[2], 'ruling', ARGV[3])
  journal(ARGV[4], ARGV[1], '', 'ruled', ARGV[3])
end
if redis.call('HGET', KEYS[2], 'version') ~= ARGV[2] then return 'newer' end
redis.call('ZREM', KEYS[4], ARGV[1])
return 'routed'
