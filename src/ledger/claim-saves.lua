-- Which clients and products a document shall save at SmartBill: those that are new or changed. An entry names the
-- document that saves it until that is known to be issued.
-- KEYS[1] saved clients  KEYS[2] saved products (id → fingerprint, or fingerprint and document key)
-- ARGV: 1 document key  then, for each: 1 for a client or 2 for a product, id, fingerprint
-- Returns for each: 'save' | 'known' | the key of the document that saves it
local answers = {}
for i = 2, #ARGV, 3 do
  local list, id, print = KEYS[tonumber(ARGV[i])], ARGV[i + 1], ARGV[i + 2]
  local have, owner = string.match(redis.call('HGET', list, id) or '', '^(%S*) ?(.*)$')
  if have ~= print then
    redis.call('HSET', list, id, print .. ' ' .. ARGV[1])
    answers[#answers + 1] = 'save'
  elseif owner == '' then
    answers[#answers + 1] = 'known'
  else
    answers[#answers + 1] = owner == ARGV[1] and 'save' or owner
  end
end
return answers
