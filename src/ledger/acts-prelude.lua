-- Stands, after prelude.lua, before every script that moves an act. KEYS 1 to 10: as the prelude says.
-- KEYS[11] acts of the order  KEYS[12] proposed  KEYS[13] due  KEYS[14] attempting  KEYS[15] uncertain  KEYS[16] held
-- KEYS[17] dead (acts by the time they got there)  KEYS[18] orders waiting to be routed
-- An act is a flat JSON object of texts in the order's hash, under what its key has beyond the order.
local ACT_INDEX = { proposed = 12, due = 13, attempting = 14, uncertain = 15, held = 16, dead = 17 }
local MONEY = { payment = true, reversal = true, correction = true }

local function act_field(key)
  return string.match(key, '^[^~]+~[^~]+~(.+)$')
end

local function act_of(key)
  local stored = redis.call('HGET', KEYS[11], act_field(key))
  return stored and cjson.decode(stored) or nil
end

local function keep_act(key, act)
  redis.call('HSET', KEYS[11], act_field(key), cjson.encode(act))
end

-- Moves the act, its indexes and the counts.
local function place_act(key, act, to, now)
  local from = act.state or ''
  if from ~= '' then
    redis.call('HINCRBY', KEYS[4], 'act:' .. from, -1)
    if ACT_INDEX[from] then redis.call('ZREM', KEYS[ACT_INDEX[from]], key) end
  end
  redis.call('HINCRBY', KEYS[4], 'act:' .. to, 1)
  if ACT_INDEX[to] then redis.call('ZADD', KEYS[ACT_INDEX[to]], now, key) end
  act.state = to
  act.at = tostring(now)
  keep_act(key, act)
end

-- Moves the act, its indexes, the counts and the journal, all or nothing.
local function move_act(who, key, act, to, now, facts)
  local from = act.state or ''
  place_act(key, act, to, now)
  journal(who, key, from, to, facts)
end

-- The kind of an act, and the document it is about, from its key.
local function about(key)
  local document, kind = string.match(key, '^([^~]+~[^~]+~[^~]+~[^~]+)~([^~]+)~')
  return document, kind
end
