-- Gives back a claim that led to nothing.
-- KEYS: as acts-prelude.lua says
-- ARGV: 1 act key  2 fence
local act = act_of(ARGV[1])
if act and act.fence == ARGV[2] and act.state ~= 'attempting' then
  act.claimUntil = nil
  keep_act(ARGV[1], act)
end
return 'ok'
