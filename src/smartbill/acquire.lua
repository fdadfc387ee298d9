-- Whether one call of a token may start now. It may when fewer than `limit` calls are in flight or finished within the
-- last window: counted from the finish, so whatever the delay and whatever window the server uses, it never sees more.
-- KEYS[1] in flight (call → lease end)  KEYS[2] finished (call → when)  KEYS[3] promised starts (call → when)
-- KEYS[4] health of the token  KEYS[5] health of the account
-- ARGV: 1 call id  2 limit  3 window (ms)  4 lease (ms)  5 calls left to others by this call's priority
--       6 fingerprint of the login  7 '1' when this call is a probe  8 how long a probe may take (ms)
-- Returns {'go'} | {'wait', until (ms), now (ms)} | {'probe', state} | {'parked', state, until (ms), now (ms)}
local time = redis.call('TIME')
local now = tonumber(time[1]) * 1000 + math.floor(tonumber(time[2]) / 1000)
local call, limit, window = ARGV[1], tonumber(ARGV[2]), tonumber(ARGV[3])

if ARGV[7] ~= '1' then
  for i = 5, 4, -1 do
    local health = redis.call('HMGET', KEYS[i], 'state', 'until', 'login')
    local state = health[1]
    if state and state ~= 'ok' then
      if state == 'login-refused' and health[3] ~= ARGV[6] then
        redis.call('DEL', KEYS[i])
      else
        local till = tonumber(health[2]) or 0
        if till > now or state == 'paused' then return { 'parked', state, tostring(till), tostring(now) } end
        -- One caller finds out for everybody; the others wait for its answer.
        redis.call('HSET', KEYS[i], 'until', now + tonumber(ARGV[8]))
        return { 'probe', state }
      end
    end
  end
end

-- A call whose worker never came back counts from the end of its lease.
for _, lost in ipairs(redis.call('ZRANGEBYSCORE', KEYS[1], '-inf', now)) do
  redis.call('ZREM', KEYS[1], lost)
  redis.call('ZADD', KEYS[2], now, lost)
end
redis.call('ZREMRANGEBYSCORE', KEYS[2], '-inf', now - window - 1)

local foreign = redis.call('HMGET', KEYS[4], 'foreign', 'foreignUntil')
if foreign[1] and tonumber(foreign[2]) > now then limit = math.max(1, limit - tonumber(foreign[1])) end
local used = redis.call('ZCARD', KEYS[1]) + redis.call('ZCARD', KEYS[2])
if used + tonumber(ARGV[5]) < limit then
  redis.call('ZADD', KEYS[1], now + tonumber(ARGV[4]), call)
  redis.call('ZREM', KEYS[3], call)
  redis.call('PEXPIRE', KEYS[1], tonumber(ARGV[4]) + window * 2)
  return { 'go' }
end

-- Each waiting call gets the moment at which its own place becomes free.
redis.call('ZREMRANGEBYSCORE', KEYS[3], '-inf', now)
redis.call('ZREM', KEYS[3], call)
local before = redis.call('ZCARD', KEYS[3])
local place = used + tonumber(ARGV[5]) - limit + before
local finished = redis.call('ZCARD', KEYS[2])
local at
if place < finished then
  at = tonumber(redis.call('ZRANGE', KEYS[2], place, place, 'WITHSCORES')[2]) + window + 2
else
  local last = finished > 0 and tonumber(redis.call('ZRANGE', KEYS[2], -1, -1, 'WITHSCORES')[2]) or now
  at = math.max(now + 50, last + window + 2 + math.floor((place - finished) * window / limit))
  if finished == 0 then at = now + 100 + math.floor(before * window / limit) end
end
redis.call('ZADD', KEYS[3], at, call)
redis.call('PEXPIRE', KEYS[3], math.max(1000, at - now + window))
return { 'wait', tostring(at), tostring(now) }
