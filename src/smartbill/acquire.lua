-- Whether one call of a token may start now. It may when fewer than `limit` calls are in flight or finished within the
-- last window: counted from the finish, so whatever the delay and whatever window the server uses, it never sees more.
-- KEYS[1] in flight (call → lease end)  KEYS[2] finished (call → when)  KEYS[3] promised starts (call → when)
-- KEYS[4] health of the token  KEYS[5] health of the account  KEYS[6] jobs that come back in a moment (job → when)
-- ARGV: 1 call id  2 limit  3 window (ms)  4 lease (ms)  5 calls left to others by this call's priority
--       6 fingerprint of the login  7 '1' when this call is a probe  8 how long a probe may take (ms)
--       9 longest wait that the caller spends in place (ms)
-- Returns {'go', now (ms)} | {'wait', until (ms), now (ms)} | {'probe', state}
--         | {'parked', state, until (ms) or '' while nobody knows, now (ms)}
local time = redis.call('TIME')
local now = tonumber(time[1]) * 1000 + math.floor(tonumber(time[2]) / 1000)
local call, limit, window, left = ARGV[1], tonumber(ARGV[2]), tonumber(ARGV[3]), tonumber(ARGV[5])

if ARGV[7] ~= '1' then
  for i = 5, 4, -1 do
    local health = redis.call('HMGET', KEYS[i], 'state', 'until', 'login')
    local state = health[1]
    if state == 'login-refused' and health[3] ~= ARGV[6] then
      redis.call('DEL', KEYS[i])
    elseif state then
      local till = tonumber(health[2]) or 0
      if state == 'paused' or state == 'login-refused' then return { 'parked', state, '', tostring(now) } end
      if till > now then return { 'parked', state, tostring(till), tostring(now) } end
      -- One caller finds out for everybody; the others wait for its answer.
      redis.call('HSET', KEYS[i], 'until', now + tonumber(ARGV[8]))
      return { 'probe', state }
    end
  end
end

-- A call whose worker never came back counts from the end of its lease.
for _, lost in ipairs(redis.call('ZRANGEBYSCORE', KEYS[1], '-inf', now)) do
  redis.call('ZREM', KEYS[1], lost)
  redis.call('ZADD', KEYS[2], now, lost)
  redis.call('PEXPIRE', KEYS[2], window * 3)
end
redis.call('ZREMRANGEBYSCORE', KEYS[2], '-inf', now - 2 * window - 1)
-- Nothing can have finished later than now: the clock was set back, and these count from here.
for _, ahead in ipairs(redis.call('ZRANGEBYSCORE', KEYS[2], '(' .. now, '+inf')) do
  redis.call('ZADD', KEYS[2], now, ahead)
end

local foreign = redis.call('HMGET', KEYS[4], 'foreign', 'foreignUntil')
if foreign[1] and tonumber(foreign[2]) > now then limit = math.max(1, limit - tonumber(foreign[1])) end
local recent = redis.call('ZCOUNT', KEYS[2], now - window, '+inf')
local used = redis.call('ZCARD', KEYS[1]) + recent + left

-- A place that has just become free belongs, for a moment, to the call it was promised to.
redis.call('ZREM', KEYS[3], call)
redis.call('ZREMRANGEBYSCORE', KEYS[3], '-inf', now - 100)
redis.call('ZREMRANGEBYSCORE', KEYS[6], '-inf', now)
local promised = redis.call('ZCARD', KEYS[3]) + redis.call('ZCARD', KEYS[6])
if used + redis.call('ZCOUNT', KEYS[3], '-inf', now) < limit then
  redis.call('ZADD', KEYS[1], now + tonumber(ARGV[4]), call)
  redis.call('PEXPIRE', KEYS[1], tonumber(ARGV[4]) + window * 2)
  return { 'go', tostring(now) }
end

-- Otherwise it waits for a place that nobody was promised. Calls in flight free theirs a window after they end.
local place = used - limit + promised
local at
if place < recent then
  local rank = redis.call('ZCARD', KEYS[2]) - recent + math.max(0, place)
  at = tonumber(redis.call('ZRANGE', KEYS[2], rank, rank, 'WITHSCORES')[2]) + window + 1
else
  local last = recent > 0 and tonumber(redis.call('ZRANGE', KEYS[2], -1, -1, 'WITHSCORES')[2]) or now
  at = math.max(now, last) + window + 1 + math.floor((place - recent) * window / limit)
end
at = math.max(at, now + 1)
if at - now <= tonumber(ARGV[9]) then
  redis.call('ZADD', KEYS[3], at, call)
  redis.call('PEXPIRE', KEYS[3], window + 1000)
end
return { 'wait', tostring(at), tostring(now) }
