"""What is asked of a store that outlives the process, when memory has no entry."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from gradio.caching.engine import Engine
from gradio.caching.entry import Entry, Miss
from gradio.caching.keys import CacheKey

if TYPE_CHECKING:
    from gradio.queueing import Event

LookBehind = Callable[["Event", Engine, CacheKey, bool], tuple[Entry | Miss, Any]]
"""
Finds an entry behind the memory, and what was sent for an equal event, if that is known
and the session is shown what all are. Blocks.
"""


def look_for_value(
    event: Event,  # noqa: ARG001
    engine: Engine,
    key: CacheKey,
    is_common: bool,  # noqa: ARG001
) -> tuple[Entry | Miss, Any]:
    """Looks behind the memory for a value. Blocks."""
    engine.recall(key)
    return engine.lookup(key), None
