"""Records that stores keep, and what is found of them."""

from __future__ import annotations

import math
from typing import Any

from gradio.caching.stores.backing import Backing, Hit, Place

SHELF = "app.f-0123"
OTHER_SHELF = "app.g-4567"
PLACE = Place(SHELF, b"a" * 32)
OTHER = Place(SHELF, b"b" * 32)
ELSEWHERE = Place(OTHER_SHELF, PLACE.key)


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
