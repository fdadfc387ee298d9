-- Counts what became of some letters of a run, each once however often it is told.
-- KEYS[1] run  KEYS[2] letters still to do  KEYS[3] documents whose end is still watched  KEYS[4] reasons  KEYS[5] items
-- KEYS[6] the list these letters stand in: KEYS[2] or KEYS[3]
-- ARGV: 1 token of the worker  2 now (ms)  3 how long it may be silent (ms), 0 to let the run go  4 items kept at most
--       5 reasons kept at most  6.. for each letter JSON of {id, count, watch?, reason?, item?}
-- Returns the state of the run, or 'lost' when it is another worker's
local run = redis.call('HMGET', KEYS[1], 'worker', 'state')
if run[1] ~= ARGV[1] then return 'lost' end
for i = 6, #ARGV do
  local letter = cjson.decode(ARGV[i])
  if redis.call('LREM', KEYS[6], 1, letter.id) == 1 then
    redis.call('HINCRBY', KEYS[1], letter.count, 1)
    if letter.watch then redis.call('RPUSH', KEYS[3], letter.id) end
    if letter.reason then
      local known = redis.call('HEXISTS', KEYS[4], letter.reason) == 1
      if known or redis.call('HLEN', KEYS[4]) < tonumber(ARGV[5]) then
        redis.call('HINCRBY', KEYS[4], letter.reason, 1)
      end
    end
    if letter.item and redis.call('LLEN', KEYS[5]) < tonumber(ARGV[4]) then
      redis.call('RPUSH', KEYS[5], letter.item)
    end
  end
end
local state = run[2]
if state == 'running' and redis.call('EXISTS', KEYS[2]) == 0 then
  state = 'finished'
  redis.call('HSET', KEYS[1], 'state', state, 'endedAt', ARGV[2])
end
redis.call('HSET', KEYS[1], 'touchedAt', ARGV[2], 'leaseUntil', ARGV[2] + ARGV[3])
return state
