-- Stores an event and, when it is the newest news of its order, the order's snapshot. A repeat changes nothing.
-- KEYS[1] event  KEYS[2] order  KEYS[3] journal  KEYS[4] orders waiting to be routed  KEYS[5] the shop's orders by the
-- time they first came  KEYS[6] the shop's order numbers that are not ids  KEYS[7] the shop's index of words
-- KEYS[8..] delivery keys
-- ARGV: 1 event id  2 order ref  3 now (ms)  4 order's updatedAt (ms)  5 snapshot (JSON)  6 raw body  7 topic
--       8 seconds to keep  9 account  10 facts (JSON)  11 order number, or '' where it is the id  12 what it is found by (words)
-- Returns {'accepted' | 'stale' | 'duplicate', event id}
for i = 8, #KEYS do
  local known = redis.call('GET', KEYS[i])
  if known then return { 'duplicate', known } end
end
for i = 8, #KEYS do redis.call('SET', KEYS[i], ARGV[1], 'EX', ARGV[8]) end
redis.call('HSET', KEYS[1], 'order', ARGV[2], 'at', ARGV[3], 'topic', ARGV[7], 'body', ARGV[6])
redis.call('EXPIRE', KEYS[1], ARGV[8])
local have = tonumber(redis.call('HGET', KEYS[2], 'updatedAt'))
-- A date more than a day ahead was never true: it must not make all that follows look older.
if have and have > tonumber(ARGV[3]) + 86400000 then have = nil end
local status = 'accepted'
if have and tonumber(ARGV[4]) < have then
  status = 'stale'
else
  redis.call('HSET', KEYS[2], 'snapshot', ARGV[5], 'updatedAt', ARGV[4], 'account', ARGV[9])
  redis.call('HSETNX', KEYS[2], 'receivedAt', ARGV[3])
  redis.call('HINCRBY', KEYS[2], 'version', 1)
  redis.call('ZADD', KEYS[4], 'NX', ARGV[3], ARGV[2])
  local id = string.match(ARGV[2], '~(.*)$')
  redis.call('ZADD', KEYS[5], 'NX', ARGV[3], id)
  if ARGV[11] ~= '' then redis.call('HSET', KEYS[6], ARGV[11], id) end
  index_words(KEYS[2], KEYS[7], id, ARGV[12])
end
journal('shop', ARGV[2], '', status == 'stale' and 'received-older' or 'received', ARGV[10])
return { status, ARGV[1] }
