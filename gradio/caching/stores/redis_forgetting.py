"""Tells a server what is cleared, deleted and replaced: now, or when it is back."""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial
from typing import Any

from gradio.caching.stores import redis_scripts as scripts
from gradio.caching.stores.backing import Place
from gradio.caching.stores.redis_backlog import Backlog, Untold
from gradio.caching.stores.redis_errors import is_of_one_request, refuses_writes
from gradio.caching.stores.redis_keys import RedisKeys
from gradio.caching.stores.redis_link import RedisLink
from gradio.caching.stores.redis_replies import fresh, noted_in, text_of
from gradio.caching.stores.redis_shelves import RedisShelves


class RedisForgetting:
    """What is to be forgotten on the server. Thread-safe."""

    def __init__(self, link: RedisLink, keys: RedisKeys, shelves: RedisShelves) -> None:
        self._link = link
        self._keys = keys
        self._shelves = shelves
        self._backlog = Backlog()

    def forget(self, subject: str | Place, is_gone: bool = True) -> None:
        """Has a shelf or a place forgotten; one that is not gone was but replaced."""
        untold = self._backlog.add(subject, is_gone)
        self._link.ask(partial(self._tell, [untold]), None)

    def holds(self, place: Place) -> bool:
        """Whether a place is forgotten, and the server could not be told yet."""
        if not (untold := self._backlog.of(place)):
            return False
        self._link.ask(partial(self._tell, untold), None)
        return bool(self._backlog.of(place))

    def tell_all(self) -> None:
        """Tells what is left. Raises what says that the server is still away."""
        for untold in self._backlog.all():
            try:
                self._tell([untold], self._link.client())
            except Exception as error:
                if not (is_of_one_request(error) or refuses_writes(error)):
                    raise

    def _tell(self, untold: Iterable[Untold], client: Any) -> None:
        for one in untold:
            if not isinstance(one.subject, Place):
                self._clear(one.subject, client)
            elif one.is_gone:
                self._delete(one.subject, client)
            else:
                self._note(one.subject, client)
            self._backlog.done(one)

    def _clear(self, shelf: str, client: Any) -> None:
        reply = scripts.CLEAR(client, (self._keys.shelf(shelf),), fresh(), fresh())
        self._shelves.learn(shelf, text_of(reply))

    def _delete(self, place: Place, client: Any) -> None:
        keys = *self._keys.of(place), self._keys.deletions(place.shelf)
        with self._shelves.turn:
            reply = scripts.DELETE(client, keys, fresh(), place.key.hex())
            self._shelves.add_own(place.shelf, *noted_in(reply))

    def _note(self, place: Place, client: Any) -> None:
        keys = self._keys.shelf(place.shelf), self._keys.deletions(place.shelf)
        with self._shelves.turn:
            reply = scripts.NOTE(client, keys, fresh(), place.key.hex())
            self._shelves.add_own(place.shelf, *noted_in(reply))
