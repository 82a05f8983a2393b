"""Backings of each kind, as several processes open them."""

from __future__ import annotations

import itertools
import os
from collections.abc import Callable
from typing import Any

from gradio.caching.stores import schemes
from gradio.caching.stores.backing import Backing
from gradio.caching.stores.choice import chosen
from support.redis_servers import shared

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
