"""Answers calls with few short arguments, which are their own keys, at little cost."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from gradio.caching.context import sessions
from gradio.caching.context.event_files import note_result
from gradio.caching.engine import Engine
from gradio.caching.entry import MISS
from gradio.caching.keys import PRECOMPUTED_KEY, Args
from gradio.caching.types.scalars import IMMUTABLE

Answer = Callable[[Args], Any]


def answering_short(engine: Engine) -> Answer:
    """
    Makes what gives the result of such a call, by its arguments, or MISS: if there is
    none, or more to see to than that it is there and can't change.
    """
    cache, quick_key = engine.cache, engine.keys.quick_key
    store, of_event = cache.store, PRECOMPUTED_KEY.get
    everybody = None if cache.settings.per_session else sessions.namespace(False)

    def answer(args: Args) -> Any:
        if of_event() is not None:
            return MISS
        try:
            if (key := quick_key(args)) is None:
                return MISS
            found = store.get(everybody or sessions.namespace(True), key)
            if found is MISS or (kind := type(value := found.value)) not in IMMUTABLE:
                return MISS
            if found.life is not None or found.files or found.toasts:
                return MISS
            engine.count_hit(found)
            sessions.mark_hit(cache)
            if kind is str:
                note_result(found)
            return value
        except Exception:
            return MISS  # as it is met again, where it is seen to

    # Where there is a store, results are found by their digests.
    return answer if cache.shelf is None else _nothing


def _nothing(args: Args) -> Any:  # noqa: ARG001
    return MISS
