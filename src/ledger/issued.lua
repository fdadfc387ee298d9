-- Records the number a document got, from its answer or by adoption. The first number stands; another one for the
-- same document is an alarm, never a change. So is a number that another document has: SmartBill gives a number again
-- when its document was deleted. Each alarm is raised once.
-- KEYS: as the prelude says  KEYS[11] series  KEYS[12] numbers  KEYS[13] open markers  KEYS[14] markers found
--       KEYS[15] alerts  KEYS[16] orders waiting to be routed  KEYS[17] flow  KEYS[18] the document of ARGV[12]
-- ARGV: 1 document key  2 now (ms)  3 fence, or '' for adoption  4 who  5 number as printed  6 number as integer
--       7 marker  8 facts (JSON)  9 fields (flat JSON object)
--       10 '' when nothing follows for the order as it was when this document was made of it, else '1'
--       11 how the flow is counted (JSON: limits, grains)  12 whose the number is, as the answer 'taken' said, or ''
-- Returns {'taken', '', document or act that has the number}, with nothing recorded, until ARGV[12] names it |
--         {'issued' | 'again' | 'late' | 'double', other number or '', other document that has the number or ''}
local document = redis.call('HMGET', KEYS[1], 'state', 'number', 'fence', 'doubts')
local state, known, fence, doubts = document[1] or '', document[2], document[3], document[4]
local number = ARGV[5]
local alarm = function(what, about)
  local name = what .. ':' .. number
  local raised = redis.call('HGET', KEYS[1], 'alarms') or ' '
  if string.find(raised, ' ' .. name .. ' ', 1, true) then return end
  redis.call('HSET', KEYS[1], 'alarms', raised .. name .. ' ')
  about.number, about.series = number, cjson.decode(ARGV[9]).series
  journal(ARGV[4], ARGV[1], state, what, cjson.encode(about))
  about.alert, about.document, about.at = what, ARGV[1], ARGV[2]
  redis.call('LPUSH', KEYS[15], cjson.encode(about))
  redis.call('LTRIM', KEYS[15], 0, 999)
end
local shows
local owner = number ~= '' and take_number(KEYS[11], KEYS[12], ARGV[6], number, ARGV[1]) or ''
if owner ~= '' then
  if owner ~= ARGV[12] then return { 'taken', '', owner } end
  -- We asked for its deletion and nobody knew of it: this shows that it happened.
  if redis.call('HGET', KEYS[18], 'gone') == 'maybe' then
    redis.call('HSET', KEYS[18], 'gone', '1')
    redis.call('HSET', KEYS[12], ARGV[6], ARGV[1])
    owner = ''
    shows = ARGV[12]
  end
end
if owner ~= '' then alarm('number-taken', { owner = owner }) end
if known and known ~= '' then
  if known == number then return { 'again', '', owner } end
  alarm('double', { other = known })
  return { 'double', known, owner }
end
if state == 'attempting' and ARGV[3] ~= '' and ARGV[3] ~= fence then
  -- An earlier attempt succeeded after all while a later one is on its way: whichever is known first is kept, and
  -- the next intent of this document will find the number.
  redis.call('HSET', KEYS[14], ARGV[7], number .. ' ' .. cjson.decode(ARGV[9]).series)
  alarm('late-commit', { other = '' })
  return { 'late', '', owner }
end
set_fields(KEYS[1], ARGV[9], 'number', number, 'issuedAt', ARGV[2])
redis.call('HDEL', KEYS[1], 'claimUntil', 'leaseUntil', 'recheck', 'reasons', 'cause', 'answered', 'refusal', 'tries')
if not doubts then redis.call('HDEL', KEYS[13], ARGV[7]) end
local earlier = redis.call('HGET', KEYS[14], ARGV[7])
earlier = earlier and string.match(earlier, '^%S+')
if earlier and earlier ~= number then alarm('double', { other = earlier }) end
redis.call('HDEL', KEYS[14], ARGV[7])
local facts = ARGV[8]
if shows then
  local said = cjson.decode(facts)
  said.deleted = shows
  facts = cjson.encode(said)
end
move(ARGV[4], ARGV[1], state, 'issued', ARGV[2], facts)
local order = redis.call('HMGET', KEYS[2], 'version', 'snapshot')
if order[2] and (ARGV[10] == '1' or order[1] ~= redis.call('HGET', KEYS[1], 'version')) then
  redis.call('ZADD', KEYS[16], ARGV[2], (string.match(ARGV[1], '^([^~]+~[^~]+)~')))
end
-- How many were issued in each hour of the last eight days.
local hour = math.floor(tonumber(ARGV[2]) / 3600000)
if redis.call('HINCRBY', KEYS[4], 'hour:' .. hour, 1) == 1 then redis.call('HDEL', KEYS[4], 'hour:' .. (hour - 192)) end
-- How long it took since it was due, counted for the minute and for the hour. The slots are used in turns.
local due = tonumber(redis.call('HGET', KEYS[1], 'dueAt') or ARGV[2])
local flow = cjson.decode(ARGV[11])
local class = 1
while flow.limits[class] and tonumber(ARGV[2]) - due >= flow.limits[class] do class = class + 1 end
for grain, shape in pairs(flow.grains) do
  local index = math.floor(tonumber(ARGV[2]) / shape.ms)
  local field, whose, counts = grain .. (index % shape.slots), string.format('%d', index), {}
  for count in string.gmatch(redis.call('HGET', KEYS[17], field) or '', '%d+') do counts[#counts + 1] = count end
  if counts[1] ~= whose then
    counts = { whose }
    for i = 1, #flow.limits + 1 do counts[i + 1] = 0 end
  end
  counts[class + 1] = string.format('%d', (counts[class + 1] or 0) + 1)
  redis.call('HSET', KEYS[17], field, table.concat(counts, ' '))
end
return { 'issued', '', owner }
