-- Notes how far a sweep has come, if it is still the one that has the shop.
-- KEYS[1] lock  KEYS[2] sweep
-- ARGV: 1 token of the sweep  2 how long it keeps the shop (ms), or '0' to let it go  3.. field, value, field, value …
--       (a success, `failures` = 0, also forgets the problem)
-- Returns 'saved' | 'lost'
if redis.call('GET', KEYS[1]) ~= ARGV[1] then return 'lost' end
for i = 3, #ARGV, 2 do
  redis.call('HSET', KEYS[2], ARGV[i], ARGV[i + 1])
  if ARGV[i] == 'failures' and ARGV[i + 1] == '0' then redis.call('HDEL', KEYS[2], 'problem') end
end
if ARGV[2] == '0' then redis.call('DEL', KEYS[1]) else redis.call('PEXPIRE', KEYS[1], ARGV[2]) end
return 'saved'
