-- Gives back a claim that was not used.
-- KEYS[1] document
-- ARGV: 1 fence
if redis.call('HGET', KEYS[1], 'fence') == ARGV[1] then redis.call('HDEL', KEYS[1], 'claimUntil') end
return 'ok'
