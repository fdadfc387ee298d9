-- Puts back an entry of an exported journal that is about a whole order, oldest first.
-- KEYS[1] KEYS[2] order  KEYS[3] journal  KEYS[4] the shop's orders by the time they first came  KEYS[5] the shop's order
-- numbers that are not ids
-- ARGV: 1 entry id  2 order ref  3 who  4 from  5 to  6 facts (JSON)  7 account  8 its time (ms)
--       9 order's updatedAt (ms), or '' where it brought no news  10 order number, or '' where it is the id
journal(ARGV[3], ARGV[2], ARGV[4], ARGV[5], ARGV[6], ARGV[1])
redis.call('HSETNX', KEYS[2], 'docs', '')
redis.call('HSET', KEYS[2], 'account', ARGV[7])
if ARGV[5] == 'ruled' then redis.call('HSET', KEYS[2], 'ruling', ARGV[6]) end
if ARGV[9] == '' then return 'ok' end
redis.call('HSETNX', KEYS[2], 'receivedAt', ARGV[8])
redis.call('HSET', KEYS[2], 'updatedAt', ARGV[9])
redis.call('HINCRBY', KEYS[2], 'version', 1)
local id = string.match(ARGV[2], '~(.*)$')
redis.call('ZADD', KEYS[4], 'NX', ARGV[8], id)
if ARGV[10] ~= '' then redis.call('HSET', KEYS[5], ARGV[10], id) end
return 'ok'
