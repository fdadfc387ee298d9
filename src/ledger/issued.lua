-- Records the number a document got, from its answer or by adoption. The first number stands; another one for the
-- same document is an alarm, never a change.
-- KEYS: as the prelude says  KEYS[11] series  KEYS[12] numbers  KEYS[13] open markers  KEYS[14] markers found
--       KEYS[15] alerts
-- ARGV: 1 document key  2 now (ms)  3 fence, or '' for adoption  4 who  5 number as printed  6 number as integer
--       7 marker  8 facts (JSON)  9 fields (flat JSON object)
-- Returns {'issued'} | {'again'} | {'late'} | {'double', other number}
local document = redis.call('HMGET', KEYS[1], 'state', 'number', 'fence', 'doubts')
local state, known, fence, doubts = document[1] or '', document[2], document[3], document[4]
local number = ARGV[5]
local alarm = function(what, other)
  journal(ARGV[4], ARGV[1], state, what, cjson.encode({ number = number, other = other, series = redis.call('HGET', KEYS[1], 'series') }))
  redis.call('LPUSH', KEYS[15], cjson.encode({ alert = what, document = ARGV[1], number = number, other = other, at = ARGV[2] }))
  redis.call('LTRIM', KEYS[15], 0, 999)
end
if number ~= '' then
  redis.call('HSET', KEYS[12], ARGV[6], ARGV[1])
  if tonumber(ARGV[6]) > tonumber(redis.call('HGET', KEYS[11], 'high') or '0') then
    redis.call('HSET', KEYS[11], 'high', ARGV[6])
  end
  learn_printing(KEYS[11], number)
end
if known and known ~= '' then
  if known == number then return { 'again' } end
  alarm('double', known)
  return { 'double', known }
end
if state == 'attempting' and ARGV[3] ~= '' and ARGV[3] ~= fence then
  -- An earlier attempt succeeded after all while a later one is on its way: whichever is known first is kept, and
  -- the next intent of this document will find the number.
  redis.call('HSET', KEYS[14], ARGV[7], number .. ' ' .. cjson.decode(ARGV[9]).series)
  alarm('late-commit', '')
  return { 'late' }
end
set_fields(KEYS[1], ARGV[9], 'number', number, 'issuedAt', ARGV[2])
redis.call('HDEL', KEYS[1], 'claimUntil', 'leaseUntil', 'recheck', 'reasons', 'cause', 'answered', 'refusal', 'tries')
if not doubts then redis.call('HDEL', KEYS[13], ARGV[7]) end
local earlier = redis.call('HGET', KEYS[14], ARGV[7])
earlier = earlier and string.match(earlier, '^%S+')
if earlier and earlier ~= number then alarm('double', earlier) end
redis.call('HDEL', KEYS[14], ARGV[7])
move(ARGV[4], ARGV[1], state, 'issued', ARGV[2], ARGV[8])
-- How many were issued in each hour of the last eight days.
local hour = math.floor(tonumber(ARGV[2]) / 3600000)
if redis.call('HINCRBY', KEYS[4], 'hour:' .. hour, 1) == 1 then redis.call('HDEL', KEYS[4], 'hour:' .. (hour - 192)) end
return { 'issued' }
