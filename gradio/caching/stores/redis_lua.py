"""What the scripts have in common in their Lua, and how a server runs one."""

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
-- Redis 4 lets nothing be written after TIME without it.
if redis.replicate_commands then redis.replicate_commands() end

-- By the clock: a server that has lost its data, or that came back as it was earlier,
-- gives no number again.
local function later()
  local n, time = tonumber(call('HGET', KEYS[1], 'n')) or 0, redis.pcall('TIME')
  local clock = time.err and 0 or time[1] * 1000000 + time[2]
  local now = string.format('%.0f', math.max(n + 1, clock))
  call('HSET', KEYS[1], 'n', now)
  return now
end

local function opened(fresh)
  local there = call('HMGET', KEYS[1], 'g', 'i', 'n', 's')
  if there[1] and there[2] and tonumber(there[3]) and tonumber(there[4]) then
    return there[1]
  end
  call('HSET', KEYS[1], 'g', fresh, 'i', fresh, 's', later())
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
  local before, now = call('HGET', KEYS[1], 's'), later()
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
  return {{call('HGET', KEYS[1], 'i'), now}}
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
