"""What was cleared, deleted and replaced in a store on a server."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any, NamedTuple

from gradio.caching.stores import redis_scripts as scripts
from gradio.caching.stores.backing import Deletions, Place
from gradio.caching.stores.redis_forgetting import RedisForgetting
from gradio.caching.stores.redis_keys import RedisKeys
from gradio.caching.stores.redis_link import ForeignReplyError, RedisLink
from gradio.caching.stores.redis_replies import fresh, number_of, text_of
from gradio.caching.stores.redis_shelves import RedisShelves


class _Facts(NamedTuple):
    """The generation and incarnation of a shelf, and its latest deletion."""

    generation: str
    incarnation: str
    latest: int


class RedisGenerations:
    """
    The generations of shelves and what was deleted of them. A mark is the incarnation
    of a shelf, which is another when the server has lost it, and a number that rises.
    Thread-safe.
    """

    def __init__(
        self,
        link: RedisLink,
        keys: RedisKeys,
        shelves: RedisShelves,
        forgetting: RedisForgetting,
    ) -> None:
        self._link = link
        self._keys = keys
        self._shelves = shelves
        self._forgetting = forgetting

    def current(self, shelves: Sequence[str]) -> list[str]:
        self._link.ask(partial(self._look, list(shelves)), None)
        return [self._shelves.generation(shelf) for shelf in shelves]

    def deleted(self, since: Mapping[str, str]) -> dict[str, Deletions]:
        return self._link.ask(partial(self._deleted, dict(since)), {})

    def note(self, place: Place) -> None:
        self._forgetting.forget(place, is_gone=False)

    def _look(self, shelves: list[str], client: Any) -> None:
        for shelf, facts in zip(shelves, self._facts(client, shelves), strict=True):
            self._shelves.learn(shelf, facts.generation)

    def _facts(self, client: Any, shelves: Sequence[str]) -> list[_Facts]:
        """Asks what is known of shelves, in one go if all have been opened."""
        keys = [self._keys.shelf(shelf) for shelf in shelves]
        with client.pipeline(transaction=False) as pipe:
            for key in keys:
                pipe.hmget(key, ["g", "i", "s"])
            replies = pipe.execute(raise_on_error=True)
        for number, reply in enumerate(replies):
            if None in reply:
                replies[number] = scripts.OPEN(
                    client, keys[number : number + 1], fresh()
                )
        return [_facts_in(reply) for reply in replies]

    def _deleted(self, since: dict[str, str], client: Any) -> dict[str, Deletions]:
        found, asked = dict[str, Deletions](), dict[str, int]()
        for shelf, facts in zip(since, self._facts(client, list(since)), strict=True):
            incarnation, is_known, number = since[shelf].partition(":")
            found[shelf] = Deletions(f"{facts.incarnation}:{facts.latest}")
            if not is_known:
                continue
            if incarnation != facts.incarnation or int(number) > facts.latest:
                found[shelf] = found[shelf]._replace(keys=None)
            elif int(number) < facts.latest:
                asked[shelf] = int(number)
        return {**found, **self._named(client, asked, found)}

    def _named(
        self, client: Any, asked: Mapping[str, int], found: Mapping[str, Deletions]
    ) -> dict[str, Deletions]:
        """Asks which records were deleted after a number, unless that is too old."""
        if not asked:
            return {}
        with client.pipeline(transaction=False) as pipe:
            for shelf, number in asked.items():
                key = self._keys.deletions(shelf)
                pipe.zrangebyscore(key, f"({number}", "+inf", withscores=True)
                # Afterwards, as what was there may be forgotten meanwhile.
                pipe.zscore(key, "")
            replies = pipe.execute(raise_on_error=True)
        pairs = zip(replies[::2], replies[1::2], strict=True)
        return {
            shelf: self._of_others(shelf, found[shelf], asked[shelf], *pair)
            for shelf, pair in zip(asked, pairs, strict=True)
        }

    def _of_others(
        self, shelf: str, found: Deletions, since: int, named: Any, floor: Any
    ) -> Deletions:
        incarnation, _, latest = found.mark.partition(":")
        last = max([int(latest), *(int(number) for _, number in named)])
        mark = f"{incarnation}:{last}"
        if floor is None or since < floor:
            return Deletions(mark, None)
        with self._shelves.turn:
            is_own = partial(self._shelves.is_own, shelf, incarnation)
            names = [name for name, n in named if name and not is_own(int(n))]
        try:
            keys = [bytes.fromhex(text_of(name).lstrip("~")) for name in names]
        except ValueError:  # written by somebody else
            return Deletions(mark, None)
        return Deletions(mark, tuple(dict.fromkeys(keys)))


def _facts_in(reply: Any) -> _Facts:
    try:
        generation, incarnation, latest = reply
    except (TypeError, ValueError):
        raise ForeignReplyError from None
    return _Facts(text_of(generation), text_of(incarnation), number_of(latest))
