"""The same function with and without a cache, to be compared in one app."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import gradio as gr


def plain_and_cached(
    fn: Callable[..., Any], name: str, **settings: Any
) -> Iterator[tuple[str, Callable[..., Any]]]:
    """Yields names of routes with the function as it is and as `gr.cache` makes it."""
    yield f"plain {name}", fn
    yield f"cached {name}", gr.cache(fn, **settings)
