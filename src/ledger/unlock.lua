-- Gives a lock back, unless it has passed to another meanwhile.
-- KEYS[1] lock
-- ARGV: 1 token of the holder
-- Returns 1 | 0
if redis.call('GET', KEYS[1]) ~= ARGV[1] then return 0 end
return redis.call('DEL', KEYS[1])
