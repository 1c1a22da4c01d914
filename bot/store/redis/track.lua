-- track: reserves a place for a filing in a person's list, before the filing itself is told.
--
-- KEYS[1]  the list: HASH filing -> mark
-- KEYS[2]  every filing he has ever followed: SET
-- ARGV[1]  the filing
-- ARGV[2]  the mark of this reservation
-- ARGV[3]  how many filings a person may follow
-- Result   1, or 0 where the list is full

if redis.call('HEXISTS', KEYS[1], ARGV[1]) == 0 and redis.call('HLEN', KEYS[1]) >= tonumber(ARGV[3]) then return 0 end
redis.call('HSET', KEYS[1], ARGV[1], ARGV[2])
redis.call('SADD', KEYS[2], ARGV[1])
return 1
