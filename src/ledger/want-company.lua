-- An order needs a company: it is asked for, unless an answer that still serves came meanwhile.
-- KEYS[1] wanted (CIF → when it was first asked for)  KEYS[2] what is known of the company
-- ARGV: 1 now (ms)  2 CIF  3 how long an answer serves (ms)  4 how long "not in the register" serves (ms)
-- Returns when it was first asked for (ms)
local text = redis.call('GET', KEYS[2])
if text then
  local known = cjson.decode(text)
  local serves = known.answer == 'unknown' and ARGV[4] or ARGV[3]
  if tonumber(ARGV[1]) - known.at < tonumber(serves) then return ARGV[1] end
end
redis.call('ZADD', KEYS[1], 'NX', ARGV[1], ARGV[2])
return redis.call('ZSCORE', KEYS[1], ARGV[2])
