"""
What is done on the server in one step each, in its Lua.

Of a shelf there is a hash: `g` its generation, `i` its incarnation, which is another
one when the server has lost it, `n` a number that rises by the clock, `s` that of the
latest deletion. A record is a hash of its parts, besides `G` its generation, `F` its
fence, and `L` if it has an end of its own. A lease is a generation, ":" and a token, or
"!" after a failure.
"""

from __future__ import annotations

from gradio.caching.stores.redis_lua import Script

OPEN = Script("""
opened(ARGV[1])
return call('HMGET', KEYS[1], 'g', 'i', 's')
""")
"""Keys: shelf. Arguments: a fresh name."""

LOOK = Script("""
local fresh, token, lease, small = ARGV[1], ARGV[2], ARGV[3], tonumber(ARGV[4])
local g = opened(fresh)
local there = record(KEYS[2], g)
if there then
  local left = call('PTTL', KEYS[2])
  if not there.ends and left < IDLE - HOUR then
    call('PEXPIRE', KEYS[2], IDLE)
    outlive(IDLE)
  end
  local names, size = {'m'}, 0
  for i = 5, #ARGV do names[#names + 1] = ARGV[i] end
  for _, name in ipairs(names) do size = size + call('HSTRLEN', KEYS[2], name) end
  local facts = {fresh, 'hit', g, there.fence, there.ends and left or -1}
  if size <= small then facts[6] = call('HMGET', KEYS[2], unpack(names)) end
  return facts
end
local n = tonumber(call('HGET', KEYS[1], 'n')) or 0
if token == '' then return {fresh, 'absent', g, n} end
local held = holder(KEYS[3], g)
if held == '!' then return {fresh, 'absent', g, n} end
if held and held ~= ':' .. token then
  return {fresh, 'busy', g, n, call('PTTL', KEYS[3])}
end
call('SET', KEYS[3], g .. ':' .. token, 'PX', lease)
return {fresh, 'lead', g, call('HINCRBY', KEYS[1], 'n', 1)}
""")
"""Keys: shelf, record, lease. Arguments: a fresh name, a token or nothing, the lease in
ms, how many bytes may come at once, and names of parts besides "m"."""

TAKE = Script("""
local fresh, token = ARGV[1], ARGV[2]
local g = opened(fresh)
local held = holder(KEYS[2], g)
if held and held ~= '!' and held ~= ':' .. token then
  local n = tonumber(call('HGET', KEYS[1], 'n')) or 0
  return {fresh, 'busy', g, n, call('PTTL', KEYS[2])}
end
call('SET', KEYS[2], g .. ':' .. token, 'PX', ARGV[3])
return {fresh, 'lead', g, call('HINCRBY', KEYS[1], 'n', 1)}
""")
"""Keys: shelf, lease. Arguments: a fresh name, a token, the lease in ms."""

RENEW = Script("""
local g = call('HGET', KEYS[1], 'g')
if g and holder(KEYS[2], g) == ':' .. ARGV[1] then
  return call('PEXPIRE', KEYS[2], ARGV[2])
end
return 0
""")
"""Keys: shelf, lease. Arguments: a token, the lease in ms."""

FREE = Script("""
local g = call('HGET', KEYS[1], 'g')
if not g or holder(KEYS[2], g) ~= ':' .. ARGV[1] then return 0 end
if ARGV[2] == '' then return call('DEL', KEYS[2]) end
call('SET', KEYS[2], g .. '!', 'PX', ARGV[2])
return 1
""")
"""Keys: shelf, lease. Arguments: a token, and for how many ms a failure is told."""

STAGE = Script("""
local g, fence, token, name = ARGV[1], tonumber(ARGV[2]), ARGV[3], ARGV[4]
if not may_come(KEYS[2], KEYS[3], KEYS[4], g, fence, token, name) then
  release(KEYS[3], g, token)
  return 0
end
call('HSET', KEYS[5], 'G', g)
return call('PEXPIRE', KEYS[5], ARGV[5])
""")
"""Keys: shelf, record, lease, deletions, staged. Arguments: generation, fence, token,
name of the record among deletions, ms that the parts may take to come."""

PUT = Script("""
local g, fence, token, name = ARGV[1], tonumber(ARGV[2]), ARGV[3], ARGV[4]
local life, is_staged = tonumber(ARGV[5]), ARGV[6] == '1'
local may = may_come(KEYS[2], KEYS[3], KEYS[4], g, fence, token, name)
if not may or (is_staged and call('HGET', KEYS[5], 'G') ~= g) then
  call('DEL', KEYS[5])
  release(KEYS[3], g, token)
  return 0
end
-- Changes nothing, but is refused when memory is full; what comes after DEL is not.
call('HSETNX', KEYS[1], 'n', 0)
call('DEL', KEYS[2])
if is_staged then call('RENAME', KEYS[5], KEYS[2]) end
call('HSET', KEYS[2], 'G', g, 'F', ARGV[2])
if life > 0 then call('HSET', KEYS[2], 'L', 1) end
for i = 7, #ARGV, 2 do call('HSET', KEYS[2], ARGV[i], ARGV[i + 1]) end
call('PEXPIRE', KEYS[2], life > 0 and ARGV[5] or IDLE)
outlive(life > 0 and life or IDLE)
release(KEYS[3], g, token)
return 1
""")
"""Keys and arguments as of STAGE, but the life in ms, 0 for none of its own; "1" if the
parts were staged, else their names and contents."""

ADD = Script("""
local there = record(KEYS[2], ARGV[1])
if call('HGET', KEYS[1], 'g') ~= ARGV[1] or not there then return 0 end
if there.fence ~= tonumber(ARGV[2]) then return 0 end
for i = 3, #ARGV, 2 do call('HSET', KEYS[2], ARGV[i], ARGV[i + 1]) end
return 1
""")
"""Keys: shelf, record. Arguments: generation, fence, names and contents of parts."""

DELETE = Script("""
opened(ARGV[1])
call('DEL', KEYS[2], KEYS[3])
return note(KEYS[4], ARGV[2])
""")
"""Keys: shelf, record, lease, deletions. Arguments: a fresh name, the record's name."""

NOTE = Script("""
opened(ARGV[1])
return note(KEYS[2], '~' .. ARGV[2])
""")
"""Keys: shelf, deletions. Arguments: a fresh name, the name of a record."""

CLEAR = Script("""
call('PEXPIRE', KEYS[1], IDLE + DAY)
opened(ARGV[1])
call('HSET', KEYS[1], 'g', ARGV[2])
return ARGV[2]
""")
"""Keys: shelf. Arguments: a fresh name, and another, which the generation becomes."""
