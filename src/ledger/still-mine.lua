-- Keeps a lock for longer, unless it has passed to another meanwhile.
-- KEYS[1] lock
-- ARGV: 1 token of the holder  2 for how long (ms)
-- Returns 1 | 0
if redis.call('GET', KEYS[1]) ~= ARGV[1] then return 0 end
return redis.call('PEXPIRE', KEYS[1], ARGV[2])
