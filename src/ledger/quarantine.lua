-- Stores an event of an authenticated shop that cannot be read as an order, for a person.
-- KEYS[1] event  KEYS[2] quarantined events by time  KEYS[3..] delivery keys
-- ARGV: 1 event id  2 now (ms)  3 raw body  4 topic  5 seconds to keep  6 reasons (JSON)  7 shop  8 order id or ''
--       9 headers that matter for reading it (JSON)  10 account
-- Returns {'quarantined' | 'duplicate', event id}
for i = 3, #KEYS do
  local known = redis.call('GET', KEYS[i])
  if known then return { 'duplicate', known } end
end
for i = 3, #KEYS do redis.call('SET', KEYS[i], ARGV[1], 'EX', ARGV[5]) end
redis.call('HSET', KEYS[1], 'at', ARGV[2], 'body', ARGV[3], 'topic', ARGV[4], 'reasons', ARGV[6], 'shop', ARGV[7],
  'orderId', ARGV[8], 'headers', ARGV[9])
redis.call('ZADD', KEYS[2], ARGV[2], ARGV[10] .. ' ' .. ARGV[1])
return { 'quarantined', ARGV[1] }
