"""Loads early what the first events need: meanwhile it would hold up all others."""

from __future__ import annotations

import functools
import threading
from contextlib import suppress
from importlib import import_module


@functools.cache
def preload() -> None:
    """Begins to load, once and in a thread, what the queue makes its figures with."""
    with suppress(RuntimeError):
        threading.Thread(target=_load, daemon=True, name="gr.cache loads").start()


def _load() -> None:
    # Who needs it is told why it can't be had.
    with suppress(Exception):
        import_module("pandas")
