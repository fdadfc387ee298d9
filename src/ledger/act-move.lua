-- Every other move of an act: compare, set, journal. A move to the state where it is changes fields only.
-- KEYS: as acts-prelude.lua says  KEYS[19] series  KEYS[20] numbers
-- ARGV: 1 act key  2 now (ms)  3 who  4 to  5 states it may come from  6 fence or ''  7 facts (JSON)
--       8 fields of the act (flat JSON object of texts)  9 'new' to start a new generation, or ''
--       10 fields of its document (flat JSON object)  11 state that its document moves to, or ''
--       12 states the document may come from  13 number the act took in the series, or ''  14 the same as integer
--       15 '1' when the order should be looked at again  16 the document's own number that is free again, or '0'
-- Returns {'moved', replicas that an intent should reach} | {'not', state}
local act = act_of(ARGV[1])
if not act then return { 'not', 'unknown' } end
if not allowed(ARGV[5], act.state) then return { 'not', act.state } end
if ARGV[6] ~= '' and act.fence ~= ARGV[6] then return { 'not', act.state } end
local document = about(ARGV[1])
if ARGV[11] ~= '' then
  local state = redis.call('HGET', KEYS[1], 'state') or ''
  if state ~= ARGV[11] then
    if not allowed(ARGV[12], state) then return { 'not', 'document ' .. state } end
    local said = cjson.decode(ARGV[10])
    said.act = ARGV[1]
    if ARGV[16] ~= '0' then
      local named = redis.call('HMGET', KEYS[1], 'series', 'number')
      said.series, said.number = named[1], named[2]
    end
    move(ARGV[3], document, state, ARGV[11], ARGV[2], cjson.encode(said))
  end
end
if ARGV[10] ~= '{}' then set_fields(KEYS[1], ARGV[10]) end
for name, value in pairs(cjson.decode(ARGV[8])) do act[name] = value end
if ARGV[9] == 'new' then act.gen = tostring(tonumber(act.gen) + 1) end
if ARGV[4] == 'attempting' then
  act.attempts = tostring(tonumber(act.attempts or '0') + 1)
else
  act.leaseUntil = nil
end
act.claimUntil = nil
if ARGV[13] ~= '' then take_number(KEYS[19], KEYS[20], ARGV[14], ARGV[13], ARGV[1]) end
if ARGV[16] ~= '0' then free_number(KEYS[19], KEYS[20], ARGV[16], document) end
move_act(ARGV[3], ARGV[1], act, ARGV[4], ARGV[2], ARGV[7])
if ARGV[15] == '1' and redis.call('HEXISTS', KEYS[2], 'snapshot') == 1 then
  redis.call('ZADD', KEYS[18], ARGV[2], (string.match(ARGV[1], '^([^~]+~[^~]+)~')))
end
return { 'moved', ARGV[4] == 'attempting' and replicas() or '0' }
