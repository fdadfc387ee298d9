-- Takes a due act for one worker, or tells what became of it. An attempt whose worker never came back is uncertain
-- from now on. Of the acts that move a document's money one is on its way at a time.
-- KEYS: as acts-prelude.lua says
-- ARGV: 1 act key  2 now (ms)  3 how long the claim holds (ms)
-- Returns {'claimed', fence} | {'busy', until (ms)} | {'uncertain', fence} | {state}
local act = act_of(ARGV[1])
if not act then return { 'unknown' } end
local now = tonumber(ARGV[2])
if act.state == 'attempting' then
  local lease = tonumber(act.leaseUntil or '0')
  if lease > now then return { 'busy', tostring(lease) } end
  move_act('relay', ARGV[1], act, 'uncertain', ARGV[2], '{"why":"the worker never reported back"}')
end
if act.state ~= 'due' and act.state ~= 'uncertain' then return { act.state } end
local held = tonumber(act.claimUntil or '0')
if held > now then return { 'busy', tostring(held) } end
if act.state == 'due' and tonumber(act.notBefore or '0') > now then return { 'busy', act.notBefore } end
local document, kind = about(ARGV[1])
if MONEY[kind] and act.state == 'due' then
  local all = redis.call('HGETALL', KEYS[11])
  local order = string.match(ARGV[1], '^([^~]+~[^~]+)~')
  for i = 1, #all, 2 do
    local key = order .. '~' .. all[i]
    local whose, what = about(key)
    if key ~= ARGV[1] and whose == document and MONEY[what] then
      local other = cjson.decode(all[i + 1])
      local until_then = math.max(tonumber(other.claimUntil or '0'), tonumber(other.leaseUntil or '0'))
      if other.state == 'attempting' or other.state == 'uncertain' then
        return { 'busy', tostring(math.max(until_then, now + 1000)) }
      end
      if other.state == 'due' and until_then > now then return { 'busy', tostring(until_then) } end
    end
  end
end
act.fence = tostring(tonumber(act.fence or '0') + 1)
act.claimUntil = tostring(now + tonumber(ARGV[3]))
keep_act(ARGV[1], act)
return { act.state == 'due' and 'claimed' or 'uncertain', act.fence }
