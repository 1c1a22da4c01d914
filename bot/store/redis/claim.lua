-- claim: takes a delivered message, and brings what its handling needs. It is the one round trip on the way of a plain question.
--
-- KEYS[1]  the delivery: HASH ends (of the lease or, once there is a reply, of keeping it), reply, told (where it tells notices)
-- KEYS[2]  the memory of the conversation: HASH ends, data
-- KEYS[3]  the person as a recipient: HASH until, room (the open window), and more
-- KEYS[4]  the notices that wait for his next message: HASH
-- KEYS[5]  the filings that he follows: HASH. A place that is only reserved, or is being given up, counts too
-- ARGV[1]  now          all times in milliseconds since 1970
-- ARGV[2]  when the lease ends
-- ARGV[3]  after how many milliseconds Redis may remove the delivery
-- ARGV[4]  until when the window is open that the message opens; 0 where it opens none
-- ARGV[5]  how many messages fit that window
-- Result   {"done", reply, what it tells} | {"busy"} |
--          {"first", memory or false, 1 where notices wait else 0, 1 where he follows a filing else 0}

local now = tonumber(ARGV[1])
local kept = redis.call('HMGET', KEYS[1], 'ends', 'reply', 'told')
if kept[1] and now < tonumber(kept[1]) then
  if kept[2] then return {'done', kept[2], kept[3] or ''} end
  return {'busy'}
end
redis.call('DEL', KEYS[1])
redis.call('HSET', KEYS[1], 'ends', ARGV[2])
redis.call('PEXPIRE', KEYS[1], ARGV[3])

local till = tonumber(ARGV[4])
if now < till then
  -- The window that lasts longer counts: a tap does not shrink the 48 hours after a message. Go says the same in store.BetterWindow.
  local w = redis.call('HMGET', KEYS[3], 'until', 'room')
  local open = w[1] and w[2] and tonumber(w[2]) > 0 and now < tonumber(w[1])
  if not (open and tonumber(w[1]) > till) then redis.call('HSET', KEYS[3], 'until', ARGV[4], 'room', ARGV[5]) end
end

local memory = redis.call('HMGET', KEYS[2], 'ends', 'data')
return {'first', memory[1] and now < tonumber(memory[1]) and memory[2],
  redis.call('HLEN', KEYS[4]) > 0 and 1 or 0, redis.call('HLEN', KEYS[5]) > 0 and 1 or 0}
