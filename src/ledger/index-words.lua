-- Puts an order that came before there was an index into it, unless its data changed or went since it was read.
-- KEYS[1] KEYS[2] order  KEYS[3] the shop's index of words
-- ARGV: 1 order id as in the index  2 snapshot version that was read  3 what it is found by (words)
-- Returns 1 | 0
if redis.call('HGET', KEYS[2], 'version') ~= ARGV[2] then return 0 end
if redis.call('HEXISTS', KEYS[2], 'snapshot') == 0 then return 0 end
index_words(KEYS[2], KEYS[3], ARGV[1], ARGV[3])
return 1
