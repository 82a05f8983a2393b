"""Who computes what, over all processes that share a server."""

from __future__ import annotations

from functools import partial
from typing import Any

from gradio.caching.stores import redis_scripts as scripts
from gradio.caching.stores.backing import LEASE, Absent, Busy, Claim, Lead, Place
from gradio.caching.stores.redis_keys import RedisKeys
from gradio.caching.stores.redis_link import RedisLink
from gradio.caching.stores.redis_replies import fresh, look_of
from gradio.caching.stores.redis_shelves import RedisShelves

LEASE_MS = round(1000 * LEASE)
FAILED_MS = 1000
"""For so long all run at once who wait for what has failed."""


class RedisLeases:
    """Leases that end by the server's clock. Thread-safe."""

    def __init__(self, link: RedisLink, keys: RedisKeys, shelves: RedisShelves) -> None:
        self._link = link
        self._keys = keys
        self._shelves = shelves

    def take(self, place: Place, token: bytes) -> Lead | Busy | Absent:
        away = Absent(Claim(self._shelves.generation(place.shelf)))
        return self._link.ask(partial(self._take, place, token), away)

    def renew(self, place: Place, token: bytes) -> bool:
        # Of a server that is away nobody knows whose lease it is.
        keys = self._of(place)
        return self._link.ask(
            lambda client: scripts.RENEW(client, keys, token, LEASE_MS) != 0, True
        )

    def free(self, place: Place, token: bytes, failed: bool = False) -> None:
        keys, told = self._of(place), str(FAILED_MS) if failed else ""
        self._link.ask(lambda client: scripts.FREE(client, keys, token, told), None)

    def _of(self, place: Place) -> tuple[str, str]:
        return self._keys.shelf(place.shelf), self._keys.lease(place)

    def _take(self, place: Place, token: bytes, client: Any) -> Lead | Busy | Absent:
        name = fresh()
        reply = scripts.TAKE(client, self._of(place), name, token, LEASE_MS)
        found = look_of(reply, name, token)
        self._shelves.learn(place.shelf, found.claim.generation)
        return found
