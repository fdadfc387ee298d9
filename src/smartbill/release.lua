-- The end of a call: what it says about the limit, the token and the account.
-- KEYS[1] in flight  KEYS[2] finished  KEYS[3] health of the token  KEYS[4] health of the account
-- ARGV: 1 call id  2 window (ms)  3 outcome: ok | not-sent | unreachable | blocked | login-refused | company-refused
--         | plan-limit
--       4 calls left by the server's count, or ''  5 limit  6 '1' when this was a probe  7 how long to stop (ms)
--       8 fingerprint of the login  9 reason in a few words  10 failures in a row that make a service unreachable
--       11 when the call was let go (ms)
-- Returns {state of the token, until (ms) or ''}
local time = redis.call('TIME')
local now = tonumber(time[1]) * 1000 + math.floor(tonumber(time[2]) / 1000)
local call, window, outcome, probe = ARGV[1], tonumber(ARGV[2]), ARGV[3], ARGV[6] == '1'
redis.call('ZREM', KEYS[1], call)
if outcome ~= 'not-sent' then
  redis.call('ZADD', KEYS[2], now, call)
  redis.call('PEXPIRE', KEYS[2], window * 3)
end

local function stop(key, state, till)
  if redis.call('HGET', key, 'state') ~= state then redis.call('HSET', key, 'since', now) end
  redis.call('HSET', key, 'state', state, 'until', till, 'reason', ARGV[9], 'login', ARGV[8])
end

-- Somebody else uses the token when the server counts more calls than ours can be: all that were in its window when
-- this one arrived. A wrong guess here would only cost time, a missing one a block.
local function notice_others()
  local start = tonumber(ARGV[11])
  if ARGV[4] == '' or start < now - window then return end
  local ours = redis.call('ZCARD', KEYS[1]) + redis.call('ZCOUNT', KEYS[2], start - window, '+inf')
  local theirs = tonumber(ARGV[5]) - tonumber(ARGV[4]) - ours
  local known = redis.call('HMGET', KEYS[3], 'foreign', 'foreignUntil')
  local still = known[1] and tonumber(known[2]) > now and tonumber(known[1]) or 0
  if theirs > 0 and theirs >= still then
    redis.call('HSET', KEYS[3], 'foreign', theirs, 'foreignUntil', now + window)
  end
end

local token = redis.call('HMGET', KEYS[3], 'state', 'failures')
local state = token[1] or 'ok'
if outcome == 'ok' then
  if token[2] then redis.call('HDEL', KEYS[3], 'failures', 'opens') end
  -- An answer that was on its way when the block began does not end the block; a probe does.
  if state == 'unreachable' or (state ~= 'ok' and probe) then
    redis.call('HDEL', KEYS[3], 'state', 'until', 'since', 'reason', 'login')
    state = 'ok'
  end
  if probe and redis.call('HGET', KEYS[4], 'state') == 'plan-limit' then redis.call('DEL', KEYS[4]) end
  notice_others()
elseif outcome == 'unreachable' or outcome == 'not-sent' then
  local failures = redis.call('HINCRBY', KEYS[3], 'failures', 1)
  if state == 'unreachable' or (state == 'ok' and (probe or failures >= tonumber(ARGV[10]))) then
    local opens = redis.call('HINCRBY', KEYS[3], 'opens', 1)
    stop(KEYS[3], 'unreachable', now + math.min(tonumber(ARGV[7]), 500 * 2 ^ math.min(opens, 10)))
  elseif probe then
    redis.call('HSET', KEYS[3], 'until', now + tonumber(ARGV[7]))
  end
elseif outcome == 'blocked' then
  stop(KEYS[3], 'blocked', now + tonumber(ARGV[7]))
elseif redis.call('HGET', KEYS[4], 'state') ~= 'paused' then
  stop(KEYS[4], outcome == 'plan-limit' and 'plan-limit' or 'login-refused', now + tonumber(ARGV[7]))
end
local health = redis.call('HMGET', KEYS[3], 'state', 'until')
return { health[1] or 'ok', health[2] or '' }
