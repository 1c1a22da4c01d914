-- guess: counts a wrong code of one person.
--
-- KEYS[1]  his wrong codes: HASH wrong, last
-- ARGV[1]  now, in milliseconds since 1970
-- ARGV[2]  after how many milliseconds without one they are forgotten
-- Result   how many there were in a row

local last = redis.call('HGET', KEYS[1], 'last')
if last and tonumber(ARGV[1]) - tonumber(last) >= tonumber(ARGV[2]) then redis.call('DEL', KEYS[1]) end
local n = redis.call('HINCRBY', KEYS[1], 'wrong', 1)
redis.call('HSET', KEYS[1], 'last', ARGV[1])
redis.call('PEXPIRE', KEYS[1], ARGV[2])
return n
