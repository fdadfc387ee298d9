-- Takes the companies that have waited longest for their look-up, for one caller. Those taken by another come back when
-- its lease is over.
-- KEYS[1] wanted (CIF → when it was first asked for)  KEYS[2] being looked up (CIF → lease end)
-- ARGV: 1 now (ms)  2 lease (ms)  3 at most so many
-- Returns the CIFs
redis.call('ZREMRANGEBYSCORE', KEYS[2], '-inf', ARGV[1])
local taken = {}
local busy = redis.call('ZCARD', KEYS[2])
for _, cif in ipairs(redis.call('ZRANGE', KEYS[1], 0, tonumber(ARGV[3]) + busy - 1)) do
  if #taken >= tonumber(ARGV[3]) then break end
  if not redis.call('ZSCORE', KEYS[2], cif) then
    redis.call('ZADD', KEYS[2], tonumber(ARGV[1]) + tonumber(ARGV[2]), cif)
    taken[#taken + 1] = cif
  end
end
return taken
