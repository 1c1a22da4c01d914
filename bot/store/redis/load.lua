-- load: reads a filing with its followers and open pushes at one moment.
--
-- KEYS[1]  the filing: HASH rev, json
-- KEYS[2]  its followers: HASH
-- KEYS[3]  the ids of its pushes that are pending or held: SET
-- KEYS[4]  the pushes of the shard: HASH id -> json
-- Result   {rev, filing, {follower, ...}, {push, ...}}, all as JSON; an empty list where the filing is not known

local f = redis.call('HMGET', KEYS[1], 'rev', 'json')
if not f[1] then return {} end
local open = redis.call('SMEMBERS', KEYS[3])
local pushes = {}
for i, id in ipairs(open) do pushes[i] = redis.call('HGET', KEYS[4], id) or '' end
return {f[1], f[2], redis.call('HVALS', KEYS[2]), pushes}
