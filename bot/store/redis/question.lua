-- question: counts one more asking of a text, and lets those go that were not asked for longest where there are too many.
--
-- KEYS[1]  how often each text was asked: sorted set
-- KEYS[2]  when it was asked last: sorted set
-- KEYS[3]  when it was asked first: sorted set
-- KEYS[4]  its topic: HASH
-- ARGV[1]  the text
-- ARGV[2]  when, in milliseconds since 1970
-- ARGV[3]  the topic; empty leaves the one that is known
-- ARGV[4]  how many texts are kept
-- Result   how often it was asked

local n = redis.call('ZINCRBY', KEYS[1], 1, ARGV[1])
redis.call('ZADD', KEYS[2], 'GT', ARGV[2], ARGV[1])
redis.call('ZADD', KEYS[3], 'LT', ARGV[2], ARGV[1])
if ARGV[3] ~= '' then redis.call('HSET', KEYS[4], ARGV[1], ARGV[3]) end
local over = redis.call('ZCARD', KEYS[2]) - tonumber(ARGV[4])
if over > 0 then
  for _, text in ipairs(redis.call('ZRANGE', KEYS[2], 0, over - 1)) do
    redis.call('ZREM', KEYS[1], text)
    redis.call('ZREM', KEYS[2], text)
    redis.call('ZREM', KEYS[3], text)
    redis.call('HDEL', KEYS[4], text)
  end
end
return tonumber(n)
