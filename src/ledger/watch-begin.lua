-- What is known of a series, and which Redis process says so.
-- KEYS[1] series
-- Returns {run id, highest known number, width, '1' when padded, lowest number a late commit may have taken, until when
--          it may turn up (ms), run id of the last complete look, its start (ms), floor of the last attempt in doubt
--          that was looked for, start of that look (ms)}; '' for what is not known
local known = redis.call('HMGET', KEYS[1], 'high', 'width', 'padded', 'lateFrom', 'lateUntil', 'run', 'watchedAt',
  'doubt', 'doubtAt')
local answer = { run_id() }
for i = 1, 9 do answer[i + 1] = known[i] or '' end
return answer
