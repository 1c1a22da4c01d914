-- credit: changes how many subscription notices may be sent to a person for a template. It never falls below zero.
--
-- KEYS[1]  the person as a recipient: HASH credit:<template>, and more
-- ARGV[1]  the field
-- ARGV[2]  the change; or "use": take one where there is one
-- Result   1, or 0 where one was to be taken and there is none

local n = tonumber(redis.call('HGET', KEYS[1], ARGV[1]) or '0')
if ARGV[2] == 'use' then
  if n <= 0 then return 0 end
  n = n - 1
else
  n = n + tonumber(ARGV[2])
end
if n > 0 then
  redis.call('HSET', KEYS[1], ARGV[1], string.format('%.0f', n))
else
  redis.call('HDEL', KEYS[1], ARGV[1])
end
return 1
