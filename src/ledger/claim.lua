-- Takes a due document for one worker, or tells what became of it. An attempt whose worker never came back is
-- uncertain from now on.
-- KEYS: as the prelude says
-- ARGV: 1 document key  2 now (ms)  3 how long the claim holds (ms)
-- Returns {'claimed', fence, snapshot, version, recheck, rule that made it due, '1' when a person asked for it, '1' when
--          it belongs to shadow mode} | {'busy', until (ms)} | {state}
local known = redis.call('HMGET', KEYS[1], 'state', 'claimUntil', 'recheck', 'leaseUntil', 'notBefore', 'madeBy', 'byHand',
  'shadow')
local state = known[1]
if not state then return { 'unknown' } end
local now = tonumber(ARGV[2])
if state == 'due' then
  local held = math.max(tonumber(known[2] or '0'), tonumber(known[5] or '0'))
  if held > now then return { 'busy', tostring(held) } end
  local fence = redis.call('HINCRBY', KEYS[1], 'fence', 1)
  redis.call('HSET', KEYS[1], 'claimUntil', now + tonumber(ARGV[3]))
  local order = redis.call('HMGET', KEYS[2], 'snapshot', 'version')
  return { 'claimed', tostring(fence), order[1] or '', order[2] or '', known[3] or '', known[6] or '', known[7] or '',
    known[8] or '' }
end
if state == 'attempting' then
  local lease = tonumber(known[4] or '0')
  if lease > now then return { 'busy', tostring(lease) } end
  redis.call('HINCRBY', KEYS[1], 'doubts', 1)
  move('relay', ARGV[1], state, 'uncertain', ARGV[2], '{"why":"the worker never reported back"}')
  return { 'uncertain' }
end
return { state }
