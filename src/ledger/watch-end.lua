-- Records what a look at a series found.
-- KEYS[1] series  KEYS[2] numbers  KEYS[3] markers found on documents
-- ARGV: 1 run id at the start of the look  2 highest number that exists  3 start of the look (ms)
--       4 '1' when every number is explained  5 numbers (JSON: number → 'foreign' | 'gone' | 'forgotten')
--       6 markers (JSON: marker → number as printed, series)  7 floor of the attempt in doubt it looked for, or ''
--       8 width of the numbers, or ''  9 '1' when that is shown by leading zeros
-- Returns 'ok' | 'shrunk' (documents were deleted: the highest number is lower than what was known)
for number, what in pairs(cjson.decode(ARGV[5])) do redis.call('HSETNX', KEYS[2], number, what) end
for marker, number in pairs(cjson.decode(ARGV[6])) do redis.call('HSET', KEYS[3], marker, number) end
if ARGV[8] ~= '' then learn_printing(KEYS[1], string.rep(ARGV[9] == '1' and '0' or '1', tonumber(ARGV[8]))) end
if ARGV[4] ~= '1' then return 'ok' end
redis.call('HSET', KEYS[1], 'run', ARGV[1], 'watchedAt', ARGV[3])
if ARGV[7] ~= '' then redis.call('HSET', KEYS[1], 'doubt', ARGV[7], 'doubtAt', ARGV[3]) end
local high = tonumber(redis.call('HGET', KEYS[1], 'high') or '-1')
redis.call('HSET', KEYS[1], 'high', math.max(high, tonumber(ARGV[2])))
return high > tonumber(ARGV[2]) and 'shrunk' or 'ok'
