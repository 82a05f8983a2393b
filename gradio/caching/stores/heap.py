"""Lets go of entries, and gives the memory that they leave back to the system."""

from __future__ import annotations

import ctypes
import functools
import threading
from collections.abc import Callable, Sequence
from typing import Any

# What is freed often lies between what is in use, in a heap of each thread. Giving it
# back takes about a millisecond, and its pages are to be had anew: so seldom.
_SHARE = 8
_LEAST = 2**20
_FEW = 1000


class FreedMemory:
    """Counts what is evicted from one store. Thread-safe by the lock of its store."""

    def __init__(self, max_memory: int) -> None:
        self._due = max(_LEAST, max_memory // _SHARE)
        self._bytes = 0

    def add(self, size: int) -> None:
        """Notes that an entry of this size was evicted."""
        self._bytes += size

    def is_due(self) -> bool:
        """Tells, once, that so much was evicted that it is worth giving back."""
        if self._bytes < self._due:
            return False
        self._bytes = 0
        return True


def give_back() -> None:
    """Gives free memory back, in a thread as nobody is to wait for it."""
    if (trim := _trim()) is not None:
        threading.Thread(target=trim, args=(0,), daemon=True).start()


def let_go(held: Sequence[dict[Any, Any]]) -> None:
    """
    Frees what nobody else holds any more. All at once would be one step for Python,
    which no other thread comes between: many go one by one, and in a thread.
    """
    if sum(map(len, held)) <= _FEW:
        _empty(held)
    else:
        threading.Thread(target=_empty, args=(held,), daemon=True).start()


def _empty(held: Sequence[dict[Any, Any]]) -> None:
    for values in held:
        while values:
            values.popitem()


@functools.cache
def _trim() -> Callable[[int], int] | None:
    """Finds glibc's function for it; other allocators do it by themselves."""
    try:
        return ctypes.CDLL(None).malloc_trim
    except (AttributeError, OSError, TypeError):
        return None
