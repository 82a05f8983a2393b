"""Examples of generator functions, whose last results Gradio computes ahead."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import Any


def resolve_generator(
    fn: Callable[..., Any],
) -> tuple[Callable[..., Any], list[Any] | None]:
    """
    Makes a function that returns the last item of a generator, and the list in which it
    leaves all of them; other functions stay as they are, with None.
    """
    items: list[Any] = []

    def last_of(*args: Any) -> Any:
        items[:] = fn(*args)
        return items[-1] if items else None

    async def last_of_async(*args: Any) -> Any:
        items[:] = [item async for item in fn(*args)]
        return items[-1] if items else None

    if inspect.isgeneratorfunction(fn):
        return last_of, items
    if inspect.isasyncgenfunction(fn):
        return last_of_async, items
    return fn, None
