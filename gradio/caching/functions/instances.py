"""Which instance an object is, told by a number that no other ever gets."""

from __future__ import annotations

import functools
import itertools
import weakref
from typing import Any

from gradio.caching.forks import new_lock


class InstanceTokens:
    """
    Numbers for instances, never used twice, unlike `id`. Thread-safe; keeps nothing
    alive.
    """

    def __init__(self) -> None:
        self._tokens: dict[int, tuple[weakref.ref[Any], int]] = {}
        self._next = itertools.count(1)
        self._lock = new_lock()

    def of(self, instance: Any) -> int | None:
        """
        Numbers an object for as long as it lives; None if it can't be referred to
        weakly.
        """
        address = id(instance)
        with self._lock:
            reference, token = self._tokens.get(address, (None, 0))
            if reference is not None and reference() is instance:
                return token
            return self._number(instance, address)

    def _number(self, instance: Any, address: int) -> int | None:
        try:
            reference = weakref.ref(instance, functools.partial(self._forget, address))
        except TypeError:
            return None
        token = next(self._next)
        self._tokens[address] = (reference, token)
        return token

    def _forget(self, address: int, reference: weakref.ref[Any]) -> None:
        with self._lock:
            # The address may already be that of a newer instance.
            if self._tokens.get(address, (None,))[0] is reference:
                del self._tokens[address]


INSTANCES = InstanceTokens()
"""The tokens of all instances that methods are bound to."""
