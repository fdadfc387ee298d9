-- The end of a call: what it says about the limit, the token and the account.
-- KEYS[1] in flight  KEYS[2] finished  KEYS[3] health of the token  KEYS[4] health of the account
-- ARGV: 1 call id  2 window (ms)  3 outcome: ok | not-sent | unreachable | blocked | login-refused | company-refused
--         | plan-limit
--       4 calls left by the server's count, or ''  5 limit  6 '1' when this was a probe  7 how long to stop (ms)
--       8 fingerprint of the login  9 reason in a few words  10 failures in a row that make a service unreachable
-- Returns {state of the token, until (ms) or ''}
local time = redis.call('TIME')
local now = tonumber(time[1]) * 1000 + math.floor(tonumber(time[2]) / 1000)
local call, window, outcome = ARGV[1], tonumber(ARGV[2]), ARGV[3]
redis.call('ZREM', KEYS[1], call)
if outcome ~= 'not-sent' then
  redis.call('ZADD', KEYS[2], now, call)
  redis.call('PEXPIRE', KEYS[2], window * 2)
end

local function stop(key, state, till)
  redis.call('HSET', key, 'state', state, 'until', till, 'reason', ARGV[9], 'login', ARGV[8])
  redis.call('HSETNX', key, 'since', now)
end

local state = redis.call('HGET', KEYS[3], 'state') or 'ok'
if outcome == 'ok' then
  if redis.call('HGET', KEYS[3], 'failures') then redis.call('HDEL', KEYS[3], 'failures', 'opens') end
  -- An answer that was on its way when the block began does not end the block; a probe does.
  if state == 'unreachable' or (state ~= 'ok' and ARGV[6] == '1') then
    redis.call('HDEL', KEYS[3], 'state', 'until', 'since', 'reason', 'login')
    state = 'ok'
  end
  local company = redis.call('HGET', KEYS[4], 'state')
  if company and company ~= 'paused' and ARGV[6] == '1' then redis.call('DEL', KEYS[4]) end
  if ARGV[4] ~= '' then
    local ours = redis.call('ZCARD', KEYS[1]) + redis.call('ZCARD', KEYS[2])
    local theirs = tonumber(ARGV[5]) - tonumber(ARGV[4]) - ours
    if theirs > 0 then redis.call('HSET', KEYS[3], 'foreign', theirs, 'foreignUntil', now + window) end
  end
elseif outcome == 'unreachable' or outcome == 'not-sent' then
  local failures = redis.call('HINCRBY', KEYS[3], 'failures', 1)
  if state == 'unreachable' or failures >= tonumber(ARGV[10]) or ARGV[6] == '1' then
    if state == 'ok' or state == 'unreachable' then
      local opens = redis.call('HINCRBY', KEYS[3], 'opens', 1)
      local pause = math.min(tonumber(ARGV[7]), 500 * 2 ^ math.min(opens, 10))
      stop(KEYS[3], 'unreachable', now + pause)
    elseif ARGV[6] == '1' then
      redis.call('HSET', KEYS[3], 'until', now + tonumber(ARGV[7]))
    end
  end
elseif outcome == 'blocked' then
  stop(KEYS[3], 'blocked', now + tonumber(ARGV[7]))
elseif outcome == 'login-refused' then
  stop(KEYS[3], 'login-refused', now + tonumber(ARGV[7]))
elseif outcome == 'company-refused' or outcome == 'plan-limit' then
  stop(KEYS[4], outcome == 'plan-limit' and 'plan-limit' or 'login-refused', now + tonumber(ARGV[7]))
end
local health = redis.call('HMGET', KEYS[3], 'state', 'until')
return { health[1] or 'ok', health[2] or '' }
