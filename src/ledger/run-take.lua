-- Gives a run to one worker, for as long as it keeps saying how far it is.
-- KEYS[1] run  KEYS[2] letters still to do  KEYS[3] documents whose end is still watched
-- ARGV: 1 token of the worker  2 now (ms)  3 how long it may be silent (ms)
-- Returns {'over'} | {'busy', until (ms)} | {'taken', step}
local run = redis.call('HMGET', KEYS[1], 'state', 'worker', 'leaseUntil')
if not run[1] then return { 'over' } end
if run[1] ~= 'running' and redis.call('EXISTS', KEYS[3]) == 0 then return { 'over' } end
local lease = tonumber(run[3] or '0')
if run[2] and run[2] ~= ARGV[1] and lease > tonumber(ARGV[2]) then return { 'busy', lease } end
redis.call('HSET', KEYS[1], 'worker', ARGV[1], 'leaseUntil', ARGV[2] + ARGV[3], 'touchedAt', ARGV[2])
return { 'taken', redis.call('HINCRBY', KEYS[1], 'step', 1) }
