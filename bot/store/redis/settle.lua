-- settle: keeps the reply to a delivery, and what is remembered of the conversation. The first reply stands.
--
-- KEYS[1]  the delivery: HASH ends, reply, told
-- KEYS[2]  the memory of the conversation: HASH ends, data
-- ARGV[1]  now          all times in milliseconds since 1970
-- ARGV[2]  until when the reply is kept
-- ARGV[3]  after how many milliseconds Redis may remove it
-- ARGV[4]  the reply
-- ARGV[5]  until when the memory is kept; 0 leaves what was remembered as it was
-- ARGV[6]  after how many milliseconds Redis may remove it
-- ARGV[7]  the memory
-- ARGV[8]  the notices that the reply tells, a line each: filing, space, id; empty where it tells none
-- Result   1, or 0 where the delivery was settled already

local kept = redis.call('HMGET', KEYS[1], 'ends', 'reply')
if kept[2] and tonumber(ARGV[1]) < tonumber(kept[1]) then return 0 end
redis.call('HSET', KEYS[1], 'ends', ARGV[2], 'reply', ARGV[4])
if ARGV[8] ~= '' then redis.call('HSET', KEYS[1], 'told', ARGV[8]) end
redis.call('PEXPIRE', KEYS[1], ARGV[3])
if ARGV[5] ~= '0' then
  redis.call('HSET', KEYS[2], 'ends', ARGV[5], 'data', ARGV[7])
  redis.call('PEXPIRE', KEYS[2], ARGV[6])
end
return 1
