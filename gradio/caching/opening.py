"""Opens the shelf of a function, or of a name, in the store that was chosen."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from gradio.caching.code.shelf_name import ShelfName, shelf_name, shelf_of_name
from gradio.caching.context.parameters import depends_on_caller
from gradio.caching.settings import Settings
from gradio.caching.shelf import Shelf
from gradio.caching.shelf_keys import ShelfKeys
from gradio.caching.stores.choice import Choice


def open_shelf(
    fn: Callable[..., Any],
    key: Callable[..., Any] | None,
    settings: Settings,
    choice: Choice,
    is_given: bool,
) -> Shelf | None:
    """Opens the shelf of a function in the store that was chosen."""

    def name() -> ShelfName:
        if key is None and depends_on_caller(fn):
            return ShelfName(None, "who calls it")
        return shelf_name(fn, key, settings.version)

    backing = choice.backing()
    if backing is None:
        return None
    title = f"{getattr(fn, '__qualname__', type(fn).__qualname__)}()"
    return Shelf(backing, ShelfKeys(name, title, is_given), settings.ages)


def open_named(
    name: str, settings: Settings, choice: Choice, is_given: bool
) -> Shelf | None:
    """Opens the shelf of a name that its user gave."""
    backing = choice.backing()
    if backing is None:
        return None
    named = ShelfName(shelf_of_name(name, settings.version))
    keys = ShelfKeys(lambda: named, f"the gr.Cache {name!r}", is_given)
    return Shelf(backing, keys, settings.ages)
