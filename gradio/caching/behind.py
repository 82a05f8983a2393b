"""The cache of a function, with what its user or the app chose to be behind it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from gradio.caching.function_cache import FunctionCache
from gradio.caching.settings import Settings
from gradio.caching.shelf_protocol import Shelf
from gradio.caching.stores.choice import Choice, chosen_for_app
from gradio.caching.stores.memory import MemoryStore


def new_cache(
    fn: Callable[..., Any], key: Any, settings: Settings, choice: Choice
) -> FunctionCache:
    """Makes an empty cache in memory, and opens what is behind it."""
    store = MemoryStore(settings.max_size, settings.max_memory)
    return FunctionCache(settings, store, shelf=_shelf(fn, key, settings, choice))


def opened(choice: Choice, settings: Settings) -> Choice | None:
    """Finds what is to be behind the memory: what was given, else what the app has."""
    asked = choice if choice.is_given else chosen_for_app()
    return None if settings.per_session or not asked.is_lasting else asked


def _shelf(
    fn: Callable[..., Any], key: Any, settings: Settings, choice: Choice
) -> Shelf | None:
    if (asked := opened(choice, settings)) is None:
        return None
    # Where nothing lasts, it is not loaded.
    from gradio.caching.opening import open_shelf

    return open_shelf(fn, key, settings, asked, choice.is_given)
