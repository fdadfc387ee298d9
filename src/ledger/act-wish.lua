-- An act should exist. What is known stays as it is; so does what was done before the order was purged, and what a person
-- declined then, until a person asks.
-- KEYS: as acts-prelude.lua says
-- ARGV: 1 act key  2 now (ms)  3 who  4 state: 'due' or 'proposed'  5 wish (JSON)  6 not before (ms) or '0'
-- Returns {'made', generation} | {'known', state, generation}
local act = act_of(ARGV[1])
if act then return { 'known', act.state, act.gen } end
local did = redis.call('HGET', KEYS[2], 'did') or ''
if string.find(' ' .. did .. ' ', ' ' .. act_field(ARGV[1]) .. ' ', 1, true) then return { 'known', 'done', '0' } end
if ARGV[3] == 'rules' then
  local declined = redis.call('HGET', KEYS[2], 'declined') or ''
  if string.find(' ' .. declined .. ' ', ' ' .. act_field(ARGV[1]) .. ' ', 1, true) then return { 'known', 'dismissed', '0' } end
end
act = { gen = '1', fence = '0', attempts = '0', wish = ARGV[5], notBefore = ARGV[6] }
move_act(ARGV[3], ARGV[1], act, ARGV[4], ARGV[2], cjson.encode({ wish = ARGV[5], notBefore = ARGV[6] }))
return { 'made', '1' }
