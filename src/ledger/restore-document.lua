-- Puts back an entry of an exported journal that is about a document, oldest first, with what it says of the document.
-- What was sent once is looked for again before anything is sent (recheck).
-- KEYS: as the prelude says  KEYS[11] series  KEYS[12] numbers  KEYS[13] open markers  KEYS[14] alerts
--       KEYS[15] the document of ARGV[16]
-- ARGV: 1 entry id  2 document key  3 who  4 from  5 to  6 facts (JSON)  7 account  8 its time (ms)  9 marker
--       10 number as printed, or ''  11 the same as integer  12 fields (flat JSON object)  13 '1' when `to` is a state
--       14 hour to count it in, or ''  15 '1' when the document was deleted, and its number is free
--       16 the document that had the number, and was shown to be deleted by this one, or ''
journal(ARGV[3], ARGV[2], ARGV[4], ARGV[5], ARGV[6], ARGV[1])
local to, at = ARGV[5], ARGV[8]
-- A number that came late stays unexplained: the next look reads its marker and says whose it is.
if ARGV[15] == '1' then
  free_number(KEYS[11], KEYS[12], ARGV[11], ARGV[2])
elseif ARGV[10] ~= '' and to ~= 'late-commit' then
  if ARGV[16] ~= '' then
    free_number(KEYS[11], KEYS[12], ARGV[11], ARGV[16])
    if redis.call('EXISTS', KEYS[15]) == 1 then redis.call('HSET', KEYS[15], 'gone', '1') end
  end
  take_number(KEYS[11], KEYS[12], ARGV[11], ARGV[10], ARGV[2])
end
if ARGV[13] ~= '1' then
  local facts = cjson.decode(ARGV[6])
  redis.call('LPUSH', KEYS[14],
    cjson.encode({ alert = to, document = ARGV[2], number = facts.number, other = facts.other, owner = facts.owner, at = at }))
  redis.call('LTRIM', KEYS[14], 0, 999)
  return 'ok'
end
local from = redis.call('HGET', KEYS[1], 'state') or ''
if from == '' then
  local documents = redis.call('HGET', KEYS[2], 'docs') or ''
  redis.call('HSET', KEYS[2], 'docs', documents == '' and ARGV[2] or (documents .. ' ' .. ARGV[2]))
end
if to ~= 'held' and to ~= 'dead' then redis.call('HDEL', KEYS[1], 'reasons', 'cause') end
if to == 'due' then
  redis.call('HINCRBY', KEYS[1], 'gen', 1)
  redis.call('HSETNX', KEYS[1], 'dueAt', at)
  redis.call('HDEL', KEYS[1], 'tries', 'dismissed')
elseif to == 'attempting' then
  redis.call('HSET', KEYS[1], 'sentAt', at, 'recheck', 1, 'floor', redis.call('HGET', KEYS[11], 'high') or '0')
  redis.call('HINCRBY', KEYS[1], 'attempts', 1)
  redis.call('HSET', KEYS[13], ARGV[9], ARGV[2])
elseif to == 'uncertain' then
  redis.call('HINCRBY', KEYS[1], 'doubts', 1)
elseif to == 'issued' then
  redis.call('HSETNX', KEYS[1], 'issuedAt', at)
  redis.call('HDEL', KEYS[1], 'recheck', 'tries')
  if not redis.call('HGET', KEYS[1], 'doubts') then redis.call('HDEL', KEYS[13], ARGV[9]) end
end
set_fields(KEYS[1], ARGV[12], 'account', ARGV[7])
local facts = cjson.decode(ARGV[6])
for _, name in ipairs({ 'did', 'declined' }) do
  if type(facts[name]) == 'string' then redis.call('HSET', KEYS[2], name, facts[name]) end
end
place(ARGV[2], from, to, at)
if ARGV[14] ~= '' then redis.call('HINCRBY', KEYS[4], 'hour:' .. ARGV[14], 1) end
return 'ok'
