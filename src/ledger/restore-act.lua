-- Puts back an entry of an exported journal that is about an act, oldest first, with what it says of its document.
-- KEYS: as acts-prelude.lua says  KEYS[19] series  KEYS[20] numbers
-- ARGV: 1 entry id  2 act key  3 who  4 from  5 to  6 facts (JSON)  7 its time (ms)  8 fields (flat JSON object of texts)
--       9 fields of its document (flat JSON object)  10 number that it took in the series, or ''  11 the same as integer
--       12 the document's own number that is free again, or '0'  13 the same as printed
--       14 the document that has it since, or ''
local key, to, at = ARGV[2], ARGV[5], ARGV[7]
journal(ARGV[3], key, ARGV[4], to, ARGV[6], ARGV[1])
local act = act_of(key) or { gen = '1', fence = '0', attempts = '0', wish = '{}', notBefore = '0' }
for name, value in pairs(cjson.decode(ARGV[8])) do act[name] = value end
if to == 'attempting' then
  act.attempts = tostring(tonumber(act.attempts) + 1)
  act.sentAt = at
end
place_act(key, act, to, at)
if ARGV[10] ~= '' then take_number(KEYS[19], KEYS[20], ARGV[11], ARGV[10], key) end
if ARGV[12] ~= '0' then
  local document = about(key)
  free_number(KEYS[19], KEYS[20], ARGV[12], document)
  if ARGV[14] ~= '' then take_number(KEYS[19], KEYS[20], ARGV[12], ARGV[13], ARGV[14]) end
end
if ARGV[9] ~= '{}' then set_fields(KEYS[1], ARGV[9]) end
return 'ok'
