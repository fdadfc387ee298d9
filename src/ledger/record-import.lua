-- Records that an order has a document from another program, or takes that back. Works for orders that never came.
-- KEYS[1] documents of the shop from other programs, by the order's name  KEYS[2] journal
-- ARGV: 1 order's name  2 order ref for the journal  3 who  4 'add' or 'revoke'  5 the record (JSON), or facts to add to
--       the journal  6 series and number, to be compared
-- Returns {'added'} | {'known'} | {'other', record} | {'revoked', record} | {'unknown'}
local known = redis.call('HGET', KEYS[1], ARGV[1])
if ARGV[4] == 'revoke' then
  if not known then return { 'unknown' } end
  redis.call('HDEL', KEYS[1], ARGV[1])
  redis.call('XADD', KEYS[2], '*', 'k', ARGV[2], 'w', ARGV[3], 'f', 'imported', 't', 'import-revoked', 'd', ARGV[5])
  return { 'revoked', known }
end
if known then
  local record = cjson.decode(known)
  if record.series .. ' ' .. record.number == ARGV[6] then return { 'known' } end
  return { 'other', known }
end
redis.call('HSET', KEYS[1], ARGV[1], ARGV[5])
redis.call('XADD', KEYS[2], '*', 'k', ARGV[2], 'w', ARGV[3], 'f', '', 't', 'imported', 'd', ARGV[5])
return { 'added' }
