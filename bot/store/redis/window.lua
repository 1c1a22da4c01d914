-- window: counts one customer message against the open window.
--
-- KEYS[1]  the person as a recipient: HASH until, room, and more
-- ARGV[1]  now, in milliseconds since 1970
-- Result   1, or 0 where no window is open or it is used up

local w = redis.call('HMGET', KEYS[1], 'until', 'room')
if not w[1] or not w[2] or tonumber(w[2]) <= 0 or tonumber(ARGV[1]) >= tonumber(w[1]) then return 0 end
redis.call('HINCRBY', KEYS[1], 'room', -1)
return 1
