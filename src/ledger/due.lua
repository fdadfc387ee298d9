-- A document should exist: creates it, or takes it back to work from a state where it rested.
-- KEYS: as the prelude says
-- ARGV: 1 document key  2 now (ms)  3 who  4 states it may come from  5 account  6 facts (JSON)
--       7 snapshot version that makes it due, or '' for a person's wish (a held or skipped document is looked at
--         again only for a newer version, and one that a person dismissed not at all)
-- Returns {'due', generation} | {'already', state, generation}
local state = redis.call('HGET', KEYS[1], 'state') or ''
local generation = redis.call('HGET', KEYS[1], 'gen') or '0'
if state ~= '' then
  if not allowed(ARGV[4], state) then return { 'already', state, generation } end
  local seen = redis.call('HMGET', KEYS[1], 'version', 'dismissed')
  if ARGV[7] ~= '' and (seen[1] == ARGV[7] or seen[2]) then
    return { 'already', state, generation }
  end
else
  local documents = redis.call('HGET', KEYS[2], 'docs')
  redis.call('HSET', KEYS[2], 'docs', documents and (documents .. ' ' .. ARGV[1]) or ARGV[1])
end
generation = redis.call('HINCRBY', KEYS[1], 'gen', 1)
redis.call('HSET', KEYS[1], 'account', ARGV[5])
redis.call('HSETNX', KEYS[1], 'dueAt', ARGV[2])
redis.call('HDEL', KEYS[1], 'reasons', 'cause', 'claimUntil', 'tries', 'dismissed')
move(ARGV[3], ARGV[1], state, 'due', ARGV[2], ARGV[6])
return { 'due', generation }
