"""Backings of each kind, as several processes open them."""

from __future__ import annotations

import itertools
import math
import os
from collections.abc import Callable
from typing import Any

from gradio.caching.stores import schemes
from gradio.caching.stores.backing import Backing, Hit, Place
from gradio.caching.stores.choice import chosen
from support.redis_servers import shared

SHELF = "app.f-0123"
OTHER_SHELF = "app.g-4567"
PLACE = Place(SHELF, b"a" * 32)
OTHER = Place(SHELF, b"b" * 32)
ELSEWHERE = Place(OTHER_SHELF, PLACE.key)

_numbers = itertools.count()


def opener(kind: str, folder: Any) -> Callable[..., Backing]:
    """Returns what opens one store as another process does each time."""
    if kind == "disk":
        address = f"disk://{folder}/cache?"
    else:
        prefix = f"t{os.getpid()}-{next(_numbers)}"
        address = f"{shared(kind).url}?prefix={prefix}&timeout=20"

    def open_one(options: str = "") -> Backing:
        found = chosen(f"{address}&{options}" if options else address).address
        assert found is not None
        return schemes._function(schemes.SCHEMES[found.scheme].opener)(found)

    return open_one


def put(
    store: Backing,
    place: Place = PLACE,
    life: float = math.inf,
    claim: Any = None,
    **parts: bytes,
) -> bool:
    """Puts a record of these parts, as if nothing had been found just now."""
    claim = claim or store.look(place, ()).claim
    contents = {"m": b"meta"} | parts
    return store.put(place, {n: [c] for n, c in contents.items()}, claim, life)


def found(store: Backing, place: Place = PLACE, *parts: str) -> Any:
    """Returns the parts that a look finds, None for a miss."""
    look = store.look(place, parts)
    return {k: bytes(v) for k, v in look.parts.items()} if type(look) is Hit else None
