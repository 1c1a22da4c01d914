-- scan: walks an index of filings from the newest to the oldest and returns those that fit.
--
-- KEYS[1]  the index: sorted set, all scores 0, members time .. id
-- KEYS[2]  what filings are found by: HASH id -> stage NUL province NUL text
-- ARGV[1]  the member to begin behind; empty for the newest
-- ARGV[2]  how many members to look at, at most
-- ARGV[3]  how many to return, at most
-- ARGV[4]  the province that is wanted; empty for any
-- ARGV[5]  the text that is wanted, folded; empty for any
-- Result   {looked, last, member, ...}: how many members were looked at, the last of them (empty where none is left behind it)

local from, most, limit, province, text = ARGV[1], tonumber(ARGV[2]), tonumber(ARGV[3]), ARGV[4], ARGV[5]
local members = redis.call('ZREVRANGEBYLEX', KEYS[1], from == '' and '+' or '(' .. from, '-', 'LIMIT', 0, most)
local found, last = {0, ''}, ''
for i, member in ipairs(members) do
  local fits = true
  if province ~= '' or text ~= '' then
    local value = redis.call('HGET', KEYS[2], string.sub(member, 13)) or ''
    local first = string.find(value, '\0', 1, true)
    local second = first and string.find(value, '\0', first + 1, true)
    fits = second and (province == '' or string.sub(value, first + 1, second - 1) == province)
      and (text == '' or string.find(value, text, second + 1, true))
  end
  if fits then found[#found + 1] = member end
  found[1], last = i, member
  if #found - 2 == limit then break end
end
if found[1] == most or #found - 2 == limit then found[2] = last end
return found
