-- Takes an order's own data out of the ledger once nothing has happened to it for long enough. Of a document its fiscal
-- facts stay, with the names of the acts that were done or declined, and the journal says them in one entry; an order that never had a document goes altogether.
-- KEYS[1] order  KEYS[2] journal  KEYS[3] the shop's orders by time  KEYS[4] the shop's order numbers  KEYS[5] orders
-- waiting to be routed  KEYS[6] open markers  KEYS[7] what was sent for it  KEYS[8] the shop's index of words
-- KEYS[9] its acts  KEYS[10..] its documents
-- ARGV: 1 order ref  2 order id as in KEYS[3]  3 what happened later than this keeps it (ms)
--       4 the documents as they were read, or ''  5.. for each document its key and its marker
-- Returns 'purged' | 'kept'
local REST = { done = true, dismissed = true }
local FINAL = { issued = true, skipped = true, reversed = true, cancelled = true }
-- What a listpack holds stays small: no address of a document, nothing a person wrote.
local FISCAL = { 'state', 'at', 'account', 'gen', 'version', 'series', 'number', 'total', 'currency', 'paid', 'issuedAt',
  'draft', 'gone', 'dismissed', 'shadow', 'corrects', 'fromEstimate',
  'toPay', 'paidWith' }

local order = redis.call('HMGET', KEYS[1], 'docs', 'j', 'snapshot', 'updatedAt', 'version')
if (order[1] or '') ~= ARGV[4] or redis.call('ZSCORE', KEYS[5], ARGV[1]) then return 'kept' end
local entries = {}
for id in string.gmatch(order[2] or '', '%S+') do entries[#entries + 1] = id end
local last = entries[#entries] and tonumber(string.match(entries[#entries], '^%d+')) or 0
if last > tonumber(ARGV[3]) then return 'kept' end
for i = 10, #KEYS do
  if not FINAL[redis.call('HGET', KEYS[i], 'state') or ''] then return 'kept' end
end

-- What was done, and what was declined: dismissed, but not because the order took it back.
local did, declined = {}, {}
local function also(list, name)
  if not list[name] then list[#list + 1], list[name] = name, true end
end
for i, list in ipairs({ did, declined }) do
  local before = redis.call('HGET', KEYS[1], i == 1 and 'did' or 'declined') or ''
  for name in string.gmatch(before, '%S+') do also(list, name) end
end
local acts = redis.call('HGETALL', KEYS[9])
for i = 1, #acts, 2 do
  local act = cjson.decode(acts[i + 1])
  if not REST[act.state] then return 'kept' end
  if act.state == 'done' then
    also(did, acts[i])
  elseif act.withdrawn ~= '1' then
    also(declined, acts[i])
  end
end

for _, id in ipairs(entries) do redis.call('XDEL', KEYS[2], id) end
index_words(KEYS[1], KEYS[8], ARGV[2], '')
redis.call('ZREM', KEYS[3], ARGV[2])
redis.call('DEL', KEYS[7], KEYS[9])
if #KEYS < 10 then
  local known, snapshot = pcall(cjson.decode, order[3] or '')
  local number = known and type(snapshot) == 'table' and snapshot.number
  if type(number) == 'string' then redis.call('HDEL', KEYS[4], number) end
  redis.call('DEL', KEYS[1])
  return 'purged'
end
local kept = {}
for i = 10, #KEYS do
  local key, marker = ARGV[5 + (i - 10) * 2], ARGV[6 + (i - 10) * 2]
  local values = redis.call('HMGET', KEYS[i], unpack(FISCAL))
  local fields, facts = {}, {}
  for n, name in ipairs(FISCAL) do
    if values[n] and values[n] ~= '' and values[n] ~= '[]' then
      fields[#fields + 1] = name
      fields[#fields + 1] = values[n]
      if n >= 6 then facts[name] = values[n] end
    end
  end
  -- A hash that once held a long value stays large until it is written anew.
  redis.call('DEL', KEYS[i])
  redis.call('HSET', KEYS[i], unpack(fields))
  redis.call('HDEL', KEYS[6], marker)
  if i == 10 and #did > 0 then facts.did = table.concat(did, ' ') end
  if i == 10 and #declined > 0 then facts.declined = table.concat(declined, ' ') end
  local said = next(facts) and cjson.encode(facts) or '{}'
  kept[#kept + 1] = redis.call('XADD', KEYS[2], '*', 'k', key, 'w', 'retention', 'f', values[1], 't', values[1], 'd', said)
end
redis.call('DEL', KEYS[1])
redis.call('HSET', KEYS[1], 'docs', order[1], 'j', table.concat(kept, ' '), 'updatedAt', order[4] or '0', 'version',
  order[5] or '0')
if #did > 0 then redis.call('HSET', KEYS[1], 'did', table.concat(did, ' ')) end
if #declined > 0 then redis.call('HSET', KEYS[1], 'declined', table.concat(declined, ' ')) end
return 'purged'
