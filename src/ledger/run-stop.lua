-- Stops a run: what it has not begun stays as it is.
-- KEYS[1] run
-- ARGV: 1 now (ms)  2 who
-- Returns 'stopped' | 'over' | 'unknown'
local state = redis.call('HGET', KEYS[1], 'state')
if not state then return 'unknown' end
if state ~= 'running' then return 'over' end
redis.call('HSET', KEYS[1], 'state', 'stopped', 'endedAt', ARGV[1], 'stoppedBy', ARGV[2])
return 'stopped'
