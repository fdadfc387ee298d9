-- A document should exist: creates it, or takes it back to work from a state where it rested. A person does not wait for
-- a document that is delayed: it is due now.
-- KEYS: as the prelude says
-- ARGV: 1 document key  2 now (ms)  3 who  4 states it may come from  5 account  6 facts (JSON)
--       7 snapshot version that makes it due, or '' for a person's wish (a held or skipped document is looked at
--         again only for a newer version, and one that a person dismissed not at all)
--       8 not to be issued before (ms), or '0'  9 the shop's rule that makes it due, or ''
--       10 '1' while the shop is in shadow mode: only then news bring back what was built in it
--       11 'past' to bring back what was built in shadow mode and nothing else that rests, 'goes-on' when it waited for
--         something that came: whoever asked for it still does
--       12 fields that a new document begins with (flat JSON object), or ''
-- Returns {'due', generation} | {'already', state, generation}
local state = redis.call('HGET', KEYS[1], 'state') or ''
local generation = redis.call('HGET', KEYS[1], 'gen') or '0'
if state ~= '' then
  local seen = redis.call('HMGET', KEYS[1], 'version', 'dismissed', 'shadow', 'notBefore')
  local hurries = ARGV[7] == '' and state == 'due' and tonumber(seen[4] or '0') > tonumber(ARGV[2])
  if not hurries and not allowed(ARGV[4], state) then return { 'already', state, generation } end
  if ARGV[7] ~= '' then
    local rests = seen[1] == ARGV[7]
    if seen[3] == '1' then rests = ARGV[11] ~= 'past' and (rests or ARGV[10] ~= '1') else rests = rests or ARGV[11] == 'past' end
    if rests or seen[2] then return { 'already', state, generation } end
  end
else
  local documents = redis.call('HGET', KEYS[2], 'docs')
  redis.call('HSET', KEYS[2], 'docs', documents and documents ~= '' and (documents .. ' ' .. ARGV[1]) or ARGV[1])
  if (ARGV[12] or '') ~= '' then set_fields(KEYS[1], ARGV[12]) end
end
generation = redis.call('HINCRBY', KEYS[1], 'gen', 1)
redis.call('HSET', KEYS[1], 'account', ARGV[5])
redis.call('HSETNX', KEYS[1], 'dueAt', ARGV[2])
redis.call('HDEL', KEYS[1], 'reasons', 'cause', 'claimUntil', 'tries', 'dismissed', 'notBefore')
if ARGV[11] ~= 'goes-on' then
  redis.call('HDEL', KEYS[1], 'byHand', 'shadow')
  if ARGV[7] == '' then redis.call('HSET', KEYS[1], 'byHand', '1') else redis.call('HDEL', KEYS[1], 'madeBy') end
  if ARGV[9] ~= '' then redis.call('HSET', KEYS[1], 'madeBy', ARGV[9]) end
  if ARGV[10] == '1' then redis.call('HSET', KEYS[1], 'shadow', '1') end
end
move(ARGV[3], ARGV[1], state, 'due', ARGV[2], ARGV[6])
if tonumber(ARGV[8]) > tonumber(ARGV[2]) then
  redis.call('HSET', KEYS[1], 'notBefore', ARGV[8], 'dueAt', ARGV[8])
  -- It waits from then on, not from now.
  redis.call('ZADD', KEYS[6], ARGV[8], ARGV[1])
  redis.call('ZADD', KEYS[5], ARGV[8], ARGV[1])
end
return { 'due', generation }
