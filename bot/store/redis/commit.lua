-- commit: writes, if nothing that was read has changed since.
--
-- What is to be written is decided outside, from records that were read before. This script makes that safe: it checks that those
-- records are still the same and then writes everything, or writes nothing. All keys carry the same hash tag.
--
-- KEYS     every key that is checked or written, once each
-- ARGV[1]  the number of checks; then four arguments a check:
--            what     "value", "sha1", "absent" or "score"
--            key      index into KEYS
--            field    a field of that hash, or a member of that sorted set for "score"
--            wanted   the value; its SHA-1 in hex; unused; the score
--          then, to the end, the writes:
--            n        the number of arguments behind the key
--            command  a Redis command whose first argument is its key; or "HDELEQ": remove a field where it has a value
--            key      index into KEYS
--            ...      n arguments
-- Result   1 where everything was written, 0 where something had changed and nothing was written

local at = 2
for _ = 1, tonumber(ARGV[1]) do
  local what, key, field, wanted = ARGV[at], KEYS[tonumber(ARGV[at + 1])], ARGV[at + 2], ARGV[at + 3]
  if what == 'score' then
    local score = redis.call('ZSCORE', key, field)
    if not score or tonumber(score) ~= tonumber(wanted) then return 0 end
  else
    local value = redis.call('HGET', key, field)
    if what == 'absent' then
      if value then return 0 end
    elseif not value then
      return 0
    elseif what == 'value' then
      if value ~= wanted then return 0 end
    elseif redis.sha1hex(value) ~= wanted then
      return 0
    end
  end
  at = at + 4
end

local last = #ARGV
while at <= last do
  local n, command, key = tonumber(ARGV[at]), ARGV[at + 1], KEYS[tonumber(ARGV[at + 2])]
  if command == 'HDELEQ' then
    if redis.call('HGET', key, ARGV[at + 3]) == ARGV[at + 4] then redis.call('HDEL', key, ARGV[at + 3]) end
  else
    redis.call(command, key, unpack(ARGV, at + 3, at + 2 + n))
  end
  at = at + 3 + n
end
return 1
