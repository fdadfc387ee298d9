-- The document that was to save an entry is issued, or never will be: the entry is confirmed, or passes to another.
-- KEYS[1] saved clients or products
-- ARGV: 1 id  2 the entry as it was seen  3 as it shall be
-- Returns 1 | 0 (somebody else was quicker)
if redis.call('HGET', KEYS[1], ARGV[1]) ~= ARGV[2] then return 0 end
redis.call('HSET', KEYS[1], ARGV[1], ARGV[3])
return 1
