-- Writes down that a request is about to leave. Refuses while the series has numbers that nobody has explained since
-- this Redis started, or since an earlier attempt of this document was concluded not to have happened.
-- KEYS: as the prelude says  KEYS[11] series  KEYS[12] open markers  KEYS[13] markers found on documents
--       KEYS[14] what was sent for the order  KEYS[15] documents of the shop from other programs, by order
-- ARGV: 1 document key  2 now (ms)  3 fence  4 lease (ms)  5 marker  6 series name  7 '1' when just re-checked
--       8 facts (JSON)  9 fields (flat JSON object)  10 snapshot version the document was made of
--       11 the document as sent (compressed JSON)  12.. names of the order in KEYS[15]
-- Returns {'go', floor, replicas} | {'watch'} | {'found', 'number series'} | {'lost'} | {'newer'}
local document = redis.call('HMGET', KEYS[1], 'state', 'fence', 'recheck')
if document[1] ~= 'due' or document[2] ~= ARGV[3] then return { 'lost' } end
if redis.call('HGET', KEYS[2], 'version') ~= ARGV[10] then return { 'newer' } end
for i = 12, #ARGV do
  if redis.call('HEXISTS', KEYS[15], ARGV[i]) == 1 then return { 'newer' } end
end
local found = redis.call('HGET', KEYS[13], ARGV[5])
if found then return { 'found', found } end
local series = redis.call('HMGET', KEYS[11], 'run', 'high')
if series[1] ~= run_id() then return { 'watch' } end
if document[3] == '1' and ARGV[7] ~= '1' then return { 'watch' } end
local floor = series[2] or '0'
set_fields(KEYS[1], ARGV[9], 'series', ARGV[6], 'floor', floor, 'sentAt', ARGV[2], 'version', ARGV[10],
  'leaseUntil', tonumber(ARGV[2]) + tonumber(ARGV[4]))
redis.call('HINCRBY', KEYS[1], 'attempts', 1)
redis.call('HDEL', KEYS[1], 'claimUntil', 'answered', 'refusal')
redis.call('HSET', KEYS[12], ARGV[5], ARGV[1])
redis.call('HSET', KEYS[14], ARGV[1] .. ' ' .. ARGV[3], ARGV[11])
move('relay', ARGV[1], 'due', 'attempting', ARGV[2], string.sub(ARGV[8], 1, -2) .. ',"floor":' .. floor .. '}')
return { 'go', floor, replicas() }
