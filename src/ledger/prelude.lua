-- Stands before every script that moves a document. The keys of a document script always come in this order:
-- KEYS[1] document  KEYS[2] its order  KEYS[3] journal  KEYS[4] counts  KEYS[5] pending documents of the account
-- KEYS[6] due  KEYS[7] attempting  KEYS[8] uncertain  KEYS[9] held  KEYS[10] dead (documents by the time they got there)
local INDEX = { due = 6, attempting = 7, uncertain = 8, held = 9, dead = 10 }
local PENDING = { due = true, attempting = true, uncertain = true }

-- Appends to the journal and remembers the entry in the order's timeline. Only a restore names the entry's id.
local function journal(who, key, from, to, facts, given)
  local id = redis.call('XADD', KEYS[3], given or '*', 'k', key, 'w', who, 'f', from, 't', to, 'd', facts)
  local seen = redis.call('HGET', KEYS[2], 'j')
  redis.call('HSET', KEYS[2], 'j', seen and (seen .. ' ' .. id) or id)
end

-- Moves the document, its indexes and the counts.
local function place(key, from, to, now)
  if from ~= '' then
    redis.call('HINCRBY', KEYS[4], from, -1)
    if INDEX[from] then redis.call('ZREM', KEYS[INDEX[from]], key) end
  end
  redis.call('HINCRBY', KEYS[4], to, 1)
  if INDEX[to] then redis.call('ZADD', KEYS[INDEX[to]], now, key) end
  if PENDING[to] then redis.call('ZADD', KEYS[5], 'NX', now, key) else redis.call('ZREM', KEYS[5], key) end
  redis.call('HSET', KEYS[1], 'state', to, 'at', now)
end

-- Moves the document, its indexes, the counts and the journal, all or nothing.
local function move(who, key, from, to, now, facts)
  place(key, from, to, now)
  journal(who, key, from, to, facts)
end

-- Sets the fields of a flat JSON object, and those that follow, at once.
local function set_fields(key, json, ...)
  local list = { ... }
  for name, value in pairs(cjson.decode(json)) do
    list[#list + 1] = name
    list[#list + 1] = value
  end
  redis.call('HSET', key, unpack(list))
end

-- Keeps an order in the index of its shop by what it is found by, newest first under each word; '' takes it out.
local function index_words(order, index, id, words)
  local known = redis.call('HMGET', order, 'words', 'receivedAt')
  local had = known[1] or ''
  if had == words then return end
  local place = string.format('%08x', 4294967295 - math.floor(tonumber(known[2] or '0') / 1000)) .. id
  for word in string.gmatch(had, '%S+') do redis.call('ZREM', index, word .. '\0' .. place) end
  local added = {}
  for word in string.gmatch(words, '%S+') do
    added[#added + 1] = 0
    added[#added + 1] = word .. '\0' .. place
  end
  if #added > 0 then redis.call('ZADD', index, unpack(added)) end
  redis.call('HSET', order, 'words', words)
end

local function allowed(list, state)
  return string.find(',' .. list .. ',', ',' .. state .. ',', 1, true) ~= nil
end

-- Leading zeros tell how wide the numbers of a series are printed; without them the width is at most this.
local function learn_printing(series, printed)
  local known = redis.call('HMGET', series, 'width', 'padded')
  if string.sub(printed, 1, 1) == '0' then
    redis.call('HSET', series, 'width', string.len(printed), 'padded', 1)
  elseif known[2] ~= '1' and string.len(printed) < tonumber(known[1] or '99') then
    redis.call('HSET', series, 'width', string.len(printed))
  end
end

-- Notes a number that a series gave, as integer and as printed, and whose it is. What another document has stays its
-- own: returns that document, or nil.
local function take_number(series, numbers, number, printed, key)
  if tonumber(number) > tonumber(redis.call('HGET', series, 'high') or '0') then
    redis.call('HSET', series, 'high', number)
  end
  learn_printing(series, printed)
  local owner = redis.call('HGET', numbers, number)
  if owner and owner ~= key and string.find(owner, '~', 1, true) then return owner end
  redis.call('HSET', numbers, number, key)
  return nil
end

-- The series may give a number again: its document was deleted. What another document has stays its own.
local function free_number(series, numbers, number, key)
  if redis.call('HGET', numbers, number) ~= key then return end
  redis.call('HDEL', numbers, number)
  if redis.call('HGET', series, 'high') == number then redis.call('HINCRBY', series, 'high', -1) end
end

-- How many replicas are connected.
local function replicas()
  return string.match(redis.call('INFO', 'replication'), 'connected_slaves:(%d+)') or '0'
end

-- The identity of this Redis process: another one means that it may have forgotten something.
local function run_id()
  return string.match(redis.call('INFO', 'server'), 'run_id:(%w+)')
end
