"""
What is done on the server in one step each, in its Lua.

Of a shelf there is a hash: `g` its generation, `i` its incarnation, which is another
one when the server has lost it, `n` a number that rises, `s` that of the latest
deletion. A record is a hash of its parts, besides `G` its generation, `F` its fence,
and `L` if it has an end of its own. A lease is a generation, ":" and a token, or "!"
after a failure.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import Any

from gradio.caching.stores.redis_errors import is_named

DAY = 86_400_000
IDLE = 30 * DAY
"""Milliseconds, after which what has no end of its own and is not used is forgotten."""

_HOUR = 3_600_000
_MOST_DELETIONS = 1000

_COMMON = f"""
local DAY, IDLE, HOUR, MOST = {DAY}, {IDLE}, {_HOUR}, {_MOST_DELETIONS}
local call = redis.call

local function opened(fresh)
  local there = call('HMGET', KEYS[1], 'g', 'i', 'n', 's')
  if there[1] and there[2] and tonumber(there[3]) and tonumber(there[4]) then
    return there[1]
  end
  call('HSET', KEYS[1], 'g', fresh, 'i', fresh, 'n', 0, 's', 0)
  call('PEXPIRE', KEYS[1], IDLE)
  return fresh
end

local function outlive(ms)
  if call('PTTL', KEYS[1]) < ms then call('PEXPIRE', KEYS[1], ms + DAY) end
end

-- Who has a lease of this generation: a token behind ':', or '!' after a failure.
local function holder(lease, g)
  local held = call('GET', lease)
  if held and string.sub(held, 1, #g) == g and call('PTTL', lease) > 0 then
    return string.sub(held, #g + 1)
  end
end

-- What is not a record of this generation counts as none, also another type.
local function record(key, g)
  local found = redis.pcall('HMGET', key, 'G', 'F', 'L', 'm')
  if found.err or found[1] ~= g or not found[4] then return nil end
  return {{fence = tonumber(found[2]) or 0, ends = found[3]}}
end

-- Of what was but replaced, the name begins with '~': it makes nobody late.
local function note(deletions, key)
  -- A write that is allowed when memory is full lets those after it be so, too.
  call('PEXPIRE', deletions, DAY)
  local before = tonumber(call('HGET', KEYS[1], 's')) or 0
  local now = call('HINCRBY', KEYS[1], 'n', 1)
  -- With an empty name: up to where nothing is remembered.
  if call('EXISTS', deletions) == 0 then call('ZADD', deletions, before, '') end
  call('ZADD', deletions, now, key)
  call('HSET', KEYS[1], 's', now)
  local count = call('ZCARD', deletions)
  if count > MOST then
    local last = count - MOST / 2 - 1
    local floor = call('ZRANGE', deletions, last, last, 'WITHSCORES')[2]
    call('ZREMRANGEBYRANK', deletions, 0, last)
    call('ZADD', deletions, floor, '')
  end
  call('PEXPIRE', deletions, DAY)
  return now
end

-- Whether a new record may come: nothing was cleared, deleted or led anew since.
local function may_come(key, lease, deletions, g, fence, token, name)
  local held = holder(lease, g)
  if held and held ~= '!' and held ~= ':' .. token then return false end
  if call('HGET', KEYS[1], 'g') ~= g then return false end
  local there = record(key, g)
  if there then return there.fence <= fence end
  local deleted = call('ZSCORE', deletions, name)
  return not deleted or tonumber(deleted) <= fence
end

local function release(lease, g, token)
  if token ~= '' and call('GET', lease) == g .. ':' .. token then
    call('DEL', lease)
  end
end
"""


class Script:
    """Runs on the server by its digest, or as a text where it is not known yet."""

    def __init__(self, body: str) -> None:
        self._text = _COMMON + body
        sha1 = hashlib.sha1(self._text.encode(), usedforsecurity=False)
        self._digest = sha1.hexdigest()

    def __call__(self, client: Any, keys: Sequence[str], *args: Any) -> Any:
        given = (len(keys), *keys, *args)
        try:
            return client.evalsha(self._digest, *given)
        except Exception as error:
            if not is_named(error, "NoScriptError"):
                raise
            return client.eval(self._text, *given)


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
