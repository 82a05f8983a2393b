"""Finds functions that ask for a request and never get the same one twice."""

from __future__ import annotations

import weakref
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from gradio.caching.context.callers import parts_of
from gradio.caching.errors import warn_once
from gradio.caching.forks import new_lock
from gradio.route_utils import Request

_MISSES = 5
_MOST_CALLS = 64


@dataclass
class _Calls:
    """Calls of one session with equal arguments but for the request."""

    key: bytes
    parts: dict[str, Any]
    raw: Any
    misses: int = 0
    differing: set[str] = field(default_factory=set)


class Unrepeated:
    """
    Watches the first calls of one function, and warns once if equal calls of a session
    never have equal keys. Thread-safe.
    """

    def __init__(self, name: str) -> None:
        self._name = name
        self._left = _MOST_CALLS
        self._calls: dict[bytes, _Calls] = {}
        self._lock = new_lock()

    @property
    def watches(self) -> bool:
        """Whether calls are still to be noted."""
        return self._left > 0

    def note(
        self, subject: tuple[Any, ...], key: bytes, digest: Callable[[Any], bytes]
    ) -> None:
        """Notes a call: what it depends on, and the key that was made of that."""
        if self._left <= 0:
            return
        request = next(iter(_requests_in(subject)), None)
        if request is None:
            self._stop()
            return
        others = request.session_hash, request.username
        rest = digest((others, *map(_without_requests, subject)))
        with self._lock:
            self._note(rest, key, request)
            self._left -= 1
            if self._left <= 0:
                self._stop()

    def _note(self, rest: bytes, key: bytes, request: Request) -> None:
        raw, parts = _reference(request.request), parts_of(request)
        calls = self._calls.get(rest)
        if calls is None:
            self._calls[rest] = _Calls(key, parts, raw)
        elif raw is None or calls.raw != raw:  # an event may call it more than once
            self._compare(calls, key, parts, raw)

    def _compare(
        self, calls: _Calls, key: bytes, parts: dict[str, Any], raw: Any
    ) -> None:
        if calls.key == key:
            self._stop()
            return
        names = calls.parts.keys() | parts.keys()
        calls.differing |= {n for n in names if calls.parts.get(n) != parts.get(n)}
        calls.key, calls.parts, calls.raw = key, parts, raw
        calls.misses += 1
        if calls.misses >= _MISSES:
            self._stop()
            self._warn(calls.differing)

    def _stop(self) -> None:
        self._left = 0
        self._calls = {}

    def _warn(self, differing: set[str]) -> None:
        names = ", ".join(sorted(differing))
        warn_once(
            (self._name, "request"),
            f"{self._name}() is never answered from the cache, as its gr.Request is "
            f"new with each call: {names}. Pass key= to gr.cache, a function that "
            "takes the dict of arguments and returns what the result depends on.",
        )


def _requests_in(values: Any) -> list[Request]:
    found = [value for value in values if isinstance(value, Request)]
    for value in values:
        if type(value) in (tuple, list):
            found += [inner for inner in value if isinstance(inner, Request)]
    return found


def _without_requests(value: Any) -> Any:
    if isinstance(value, Request):
        return Request
    if type(value) in (tuple, list):
        return [Request if isinstance(inner, Request) else inner for inner in value]
    return value


def _reference(raw: Any) -> Any:
    try:
        return weakref.ref(raw)
    except TypeError:
        return None
