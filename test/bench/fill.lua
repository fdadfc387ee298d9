-- Writes many orders of one shop into an empty ledger, as intake and workers would have left them.
-- KEYS[1] the shop's orders  KEYS[2] the shop's words  KEYS[3] journal  KEYS[4] counts  KEYS[5] numbers of the series
-- KEYS[6] pending documents of the account  KEYS[7] due  KEYS[8] held  KEYS[9] dead
-- ARGV: 1 first number  2 how many  3 time of the first (ms)  4 ms between two  5 shop  6 account  7 key of an order
--       8 key of a document  9 snapshot with @n, @first, @last and @sku in it  10 reasons (JSON)  11 cause (JSON)
local FIRST = { 'Ion', 'Maria', 'Andrei', 'Elena', 'Mihai', 'Ana', 'Ștefan', 'Ioana', 'Radu', 'Cristina' }
local LAST = { 'Ionescu', 'Radu', 'Stan', 'Dumitru', 'Marin', 'Tudor', 'Dobre', 'Barbu', 'Nistor', 'Florea' }
local FOLDED = { ['Ștefan'] = 'stefan' }
local places, words, tally = {}, {}, {}
local function zadd(key, list)
  for i = 1, #list, 2000 do redis.call('ZADD', key, unpack(list, i, math.min(i + 1999, #list))) end
end
for n = tonumber(ARGV[1]), tonumber(ARGV[1]) + tonumber(ARGV[2]) - 1 do
  local at = tonumber(ARGV[3]) + (n - tonumber(ARGV[1])) * tonumber(ARGV[4])
  local id, when = string.format('%d', n), string.format('%d', at)
  local first = FIRST[n % #FIRST + 1]
  local last = n % 50 == 0 and 'Popescu' or (LAST[math.floor(n / 10) % #LAST + 1] .. string.char(97 + n % 26) .. string.char(97 + n % 17))
  local sku = 'SKU' .. (n % 5000)
  local mine = { FOLDED[first] or string.lower(first), string.lower(last),
    string.lower(last) .. id .. 'examplero', '07' .. string.format('%08d', n), string.lower(sku), 'ts1' }
  local place = string.format('%08x', 4294967295 - math.floor(at / 1000)) .. id
  for _, word in ipairs(mine) do
    words[#words + 1] = 0
    words[#words + 1] = word .. '\0' .. place
  end
  places[#places + 1] = at
  places[#places + 1] = id
  local state = 'issued'
  if n % 1000 < 5 then state = 'held' elseif n % 1000 == 5 then state = 'dead'
  elseif n % 1000 < 9 then state = 'due' elseif n % 1000 < 11 then state = '' end
  local ref = ARGV[5] .. '~' .. id
  local key = ref .. '~invoice~1'
  local entries = {}
  local function journal(about, who, from, to, facts)
    entries[#entries + 1] = redis.call('XADD', KEYS[3], '*', 'k', about, 'w', who, 'f', from, 't', to, 'd', facts)
  end
  journal(ref, 'shop', '', 'received', '{"topic":"order","status":"paid","total":"136.00"}')
  journal(ref, 'rules', '', 'ruled', '{"kind":"due","rule":"status:paid","document":"invoice"}')
  local snapshot = string.gsub(ARGV[9], '@(%a+)', { n = id, first = first, last = last, sku = sku })
  local ruling = state == '' and '{"kind":"none","rule":"by-hand","ro":"","en":""}' or '{"kind":"due","rule":"status:paid"}'
  if state ~= '' then
    tally[state] = (tally[state] or 0) + 1
    journal(key, 'relay', '', state, '{"series":"FCT","number":"' .. id .. '","total":"136.00"}')
    local fields = { 'state', state, 'at', when, 'account', ARGV[6], 'gen', 1, 'version', 1, 'dueAt', when, 'total', '136.00',
      'currency', 'RON' }
    local function set(name, value) fields[#fields + 1] = name; fields[#fields + 1] = value end
    if state == 'issued' then
      set('series', 'FCT') set('number', id) set('issuedAt', when) set('attempts', 1) set('fence', 1)
      set('url', 'https://cloud.smartbill.ro/documents/' .. id .. '/view')
      redis.call('HSET', KEYS[5], id, key)
    end
    if state == 'held' then set('reasons', ARGV[10]) redis.call('ZADD', KEYS[8], when, key) end
    if state == 'dead' then set('cause', ARGV[11]) redis.call('ZADD', KEYS[9], when, key) end
    if state == 'due' then redis.call('ZADD', KEYS[7], when, key) redis.call('ZADD', KEYS[6], when, key) end
    redis.call('HSET', ARGV[8] .. key, unpack(fields))
  end
  redis.call('HSET', ARGV[7] .. ref, 'snapshot', snapshot, 'updatedAt', when, 'account', ARGV[6], 'receivedAt', when,
    'version', 1, 'words', table.concat(mine, ' '), 'docs', state == '' and '' or key, 'ruling', ruling, 'j',
    table.concat(entries, ' '))
end
zadd(KEYS[1], places)
zadd(KEYS[2], words)
for state, count in pairs(tally) do redis.call('HINCRBY', KEYS[4], state, count) end
return 'ok'
