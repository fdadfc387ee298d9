-- What is known of a series, and which Redis process says so.
-- KEYS[1] series
-- Returns {run id, highest known number or '', width or '', lowest number a late commit may have taken or '',
--          start of the last complete look (ms) or '', run id of that look or ''}
local known = redis.call('HMGET', KEYS[1], 'high', 'width', 'lateFrom', 'watchedAt', 'run', 'lateUntil')
return { run_id(), known[1] or '', known[2] or '', known[3] or '', known[4] or '', known[5] or '', known[6] or '' }
