"""The store on a server that speaks Redis's protocol, shared by all its clients."""

from __future__ import annotations

import math
import secrets
from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

from gradio.caching.stores import redis_scripts as scripts
from gradio.caching.stores.backing import (
    MAX_ENTRY,
    META,
    Absent,
    Buffer,
    Buffers,
    Claim,
    Hit,
    Look,
    Place,
    size_of,
)
from gradio.caching.stores.redis_forgetting import RedisForgetting
from gradio.caching.stores.redis_generations import RedisGenerations
from gradio.caching.stores.redis_keys import RedisKeys, part
from gradio.caching.stores.redis_leases import LEASE_MS, RedisLeases
from gradio.caching.stores.redis_link import RedisLink
from gradio.caching.stores.redis_replies import Found, contents_of, fresh, look_of
from gradio.caching.stores.redis_shelves import RedisShelves

# What is longer does not go through a script, which would copy it.
_SMALL = 2**18
_STAGED_MS = 60_000
_LONGEST_LIFE = 100 * 365 * 86_400.0


class RedisStore:
    """
    A backing of records on a server. Thread-safe, and safe for any number of processes:
    what belongs together is done there in one step.
    """

    def __init__(
        self, link: RedisLink, prefix: str = "", max_entry: int = MAX_ENTRY
    ) -> None:
        self._link = link
        self._keys = RedisKeys(prefix)
        self._max_entry = max_entry
        self._shelves = RedisShelves()
        known = link, self._keys, self._shelves
        self._forgetting = RedisForgetting(*known)
        self.generations = RedisGenerations(*known, self._forgetting)
        self.leases = RedisLeases(*known)
        link.when_back = self._forgetting.tell_all

    def __repr__(self) -> str:
        return f"<the store on {self._link.title}>"

    def look(self, place: Place, parts: Sequence[str], token: bytes = b"") -> Look:
        keys = self._of(place)
        names = [META, *(part(name) for name in parts if name != META)]
        away = Absent(Claim(self._shelves.generation(place.shelf)))
        if self._forgetting.holds(place):
            return away
        return self._link.ask(partial(self._look, place, keys, names, token), away)

    def parts(self, place: Place, names: Sequence[str]) -> dict[str, Buffer]:
        key, asked = self._keys.record(place), ["G", *map(part, names)]
        if len(asked) == 1 or self._forgetting.holds(place):
            return {}
        found = self._link.ask(lambda client: client.hmget(key, asked), None)
        return self._current(place, names, found)

    def put(
        self, place: Place, parts: Mapping[str, Buffers], claim: Claim, life: float
    ) -> bool:
        sizes = [sum(map(size_of, parts[part(name)])) for name in parts]
        keys, is_long = self._of(place), max(sizes, default=0) > self._max_entry
        if not life > 0 or is_long or not claim.generation:
            return False
        if self._link.is_full or self._forgetting.holds(place):
            return False
        contents = {name: b"".join(pieces) for name, pieces in parts.items()}
        if META not in parts:
            add = partial(self._add, keys, contents, claim)
            return self._link.ask(add, False)
        put = self._put if sum(sizes) <= _SMALL else self._put_staged
        return self._link.ask(partial(put, place, contents, claim, life), False)

    def delete(self, place: Place) -> None:
        self._of(place)
        self._forgetting.forget(place)

    def clear(self, shelf: str) -> None:
        self._keys.shelf(shelf)
        self._forgetting.forget(shelf)

    def _of(self, place: Place) -> tuple[str, ...]:
        """Names the keys that concern a record."""
        return *self._keys.of(place), self._keys.deletions(place.shelf)

    def _look(
        self,
        place: Place,
        keys: Sequence[str],
        names: Sequence[str],
        token: bytes,
        client: Any,
    ) -> Look:
        name = fresh()
        asked = name, token, LEASE_MS, _SMALL, *names[1:]
        found = look_of(scripts.LOOK(client, keys[:3], *asked), name, token)
        self._shelves.learn(place.shelf, found.claim.generation)
        if not isinstance(found, Found):
            return found
        contents = found.contents
        if contents is None:
            # In one step again, as the record may be another by now.
            asked_now = ["G", "F", *names]
            generation, fence, *contents = client.hmget(keys[1], asked_now)
            if (generation, fence) != _as_written(found.claim):
                return Absent(found.claim)
        parts = contents_of(names, contents, self._max_entry)
        if META not in parts:
            return Absent(found.claim)
        return Hit(found.claim, parts, found.life)

    def _current(
        self, place: Place, names: Sequence[str], found: Any
    ) -> dict[str, Buffer]:
        """Names the parts of a record, if it is not of an earlier generation."""
        if not isinstance(found, list) or len(found) != len(names) + 1:
            return {}
        known = self._shelves.generation(place.shelf)
        if found[0] != known.encode():
            return {}
        return contents_of(names, found[1:], self._max_entry)

    def _put(
        self,
        place: Place,
        contents: Mapping[str, bytes],
        claim: Claim,
        life: float,
        client: Any,
    ) -> bool:
        keys = *self._of(place), self._keys.record(place) + ":none"
        facts = *_facts(place, claim), _in_ms(life), 0
        return scripts.PUT(client, keys, *facts, *_flat(contents)) == 1

    def _put_staged(
        self,
        place: Place,
        contents: Mapping[str, bytes],
        claim: Claim,
        life: float,
        client: Any,
    ) -> bool:
        """Sends long parts one by one to a hash that becomes the record at once."""
        staged = f"{self._keys.record(place)}:{secrets.token_hex(8)}"
        keys, facts = (*self._of(place), staged), _facts(place, claim)
        if scripts.STAGE(client, keys, *facts, _STAGED_MS) != 1:
            return False
        patient = self._link.patient_client()
        for name, content in contents.items():
            patient.execute_command("HSET", staged, name, content)
        return scripts.PUT(client, keys, *facts, _in_ms(life), 1) == 1

    def _add(
        self,
        keys: Sequence[str],
        contents: Mapping[str, bytes],
        claim: Claim,
        client: Any,
    ) -> bool:
        if sum(map(len, contents.values())) > _SMALL:
            client = self._link.patient_client()
        facts = claim.generation, claim.fence
        return scripts.ADD(client, keys[:2], *facts, *_flat(contents)) == 1


def _as_written(claim: Claim) -> tuple[bytes, bytes]:
    return claim.generation.encode(), str(claim.fence).encode()


def _facts(place: Place, claim: Claim) -> tuple[Any, ...]:
    return claim.generation, claim.fence, claim.token, place.key.hex()


def _in_ms(life: float) -> int:
    """Writes a life for the server; 0 for one without an end of its own."""
    if life == math.inf:
        return 0
    return max(1, round(1000 * min(life, _LONGEST_LIFE)))


def _flat(contents: Mapping[str, bytes]) -> list[Any]:
    return [item for pair in contents.items() for item in pair]
