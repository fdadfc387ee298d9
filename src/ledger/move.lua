-- Every other move of a document: compare, set, journal.
-- KEYS: as the prelude says  KEYS[11] orders waiting to be routed
-- ARGV: 1 document key  2 now (ms)  3 who  4 to  5 states it may come from  6 fence or ''  7 facts (JSON)
--       8 'new' to start a new generation, 'doubt' to count a doubt, or ''
--       9 snapshot version on which the move was decided, or ''; a newer one keeps the document where it is
--       10 '1' when the order is to be looked at once more  11.. field, value, field, value …
-- Returns {'moved', generation} | {'not', state}
local state = redis.call('HGET', KEYS[1], 'state') or ''
if not allowed(ARGV[5], state) then return { 'not', state } end
if ARGV[6] ~= '' and redis.call('HGET', KEYS[1], 'fence') ~= ARGV[6] then return { 'not', state } end
if ARGV[9] ~= '' then
  if redis.call('HGET', KEYS[2], 'version') ~= ARGV[9] then return { 'not', state } end
  redis.call('HSET', KEYS[1], 'version', ARGV[9])
end
for i = 11, #ARGV, 2 do redis.call('HSET', KEYS[1], ARGV[i], ARGV[i + 1]) end
if ARGV[8] == 'new' then redis.call('HINCRBY', KEYS[1], 'gen', 1) end
if ARGV[8] == 'doubt' then redis.call('HINCRBY', KEYS[1], 'doubts', 1) end
redis.call('HDEL', KEYS[1], 'claimUntil')
if ARGV[4] == 'due' then redis.call('HDEL', KEYS[1], 'reasons', 'cause') end
move(ARGV[3], ARGV[1], state, ARGV[4], ARGV[2], ARGV[7])
if ARGV[10] == '1' and redis.call('HEXISTS', KEYS[2], 'snapshot') == 1 then
  redis.call('ZADD', KEYS[11], ARGV[2], (string.match(ARGV[1], '^([^~]+~[^~]+)~')))
end
return { 'moved', redis.call('HGET', KEYS[1], 'gen') or '0' }
