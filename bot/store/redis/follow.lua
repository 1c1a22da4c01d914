-- follow: notes that a person came to the account or left it. Older news than what is known changes nothing.
--
-- KEYS[1]  the person as a recipient: HASH moved (when he last came or left), left ("1" while he is away), and more
-- ARGV[1]  when, in milliseconds since 1970
-- ARGV[2]  "1" where he left, "" where he came
-- Result   1, or 0 where it was older news

local moved = redis.call('HGET', KEYS[1], 'moved')
if moved and tonumber(ARGV[1]) < tonumber(moved) then return 0 end
redis.call('HSET', KEYS[1], 'moved', ARGV[1], 'left', ARGV[2])
return 1
