-- forget: erases a person's own records, once the filings know nothing of him any more. What came about since the list was read stays:
-- he follows something anew.
--
-- KEYS[1]  his list: HASH filing -> mark
-- KEYS[2]  every filing he has ever followed: SET
-- KEYS[3]  the pushes kept for his next message: HASH
-- KEYS[4]  and on: keys that go altogether
-- ARGV     for each filing that was dealt with "filing", its id and its mark as it was read (empty where it was not in the list);
--          for each push that was noted "push", its name and its note as it was read
-- Result   1

for i = 1, #ARGV, 3 do
  local what, name, read = ARGV[i], ARGV[i + 1], ARGV[i + 2]
  local key = what == 'filing' and KEYS[1] or KEYS[3]
  if redis.call('HGET', key, name) == read then redis.call('HDEL', key, name) end
  if what == 'filing' and redis.call('HEXISTS', KEYS[1], name) == 0 then redis.call('SREM', KEYS[2], name) end
end
for i = 4, #KEYS do redis.call('DEL', KEYS[i]) end
return 1
