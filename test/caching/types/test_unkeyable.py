"""What has no content of its own, and so no key."""

from __future__ import annotations

import asyncio
import itertools
import queue
import socket
import sqlite3
import tempfile
import threading
import weakref
from typing import Any

import pytest

from gradio.caching.errors import UnkeyableError
from gradio.caching.hashing import digest
from support.holders import Box


async def _coroutine() -> None:
    pass


async def _async_generator() -> Any:
    yield 1


UNKEYABLE = {
    "lock": threading.Lock,
    "event": threading.Event,
    "thread": lambda: threading.Thread(target=print),
    "queue": queue.Queue,
    "local": threading.local,
    "generator": lambda: (x for x in ()),
    "async generator": _async_generator,
    "iterator": lambda: iter([1]),
    "map": lambda: map(str, [1]),
    "count": lambda: itertools.count(),
    "enumerate": lambda: enumerate([1]),
    "file": tempfile.TemporaryFile,
    "socket": socket.socket,
    "connection": lambda: sqlite3.connect(":memory:"),
    "reference": lambda: weakref.ref(Box),
    "bare object": object,
    "loop": asyncio.new_event_loop,
}


@pytest.mark.parametrize("make", UNKEYABLE.values(), ids=UNKEYABLE.keys())
def test_what_has_no_content_is_refused(make):
    value = make()
    try:
        with pytest.raises(UnkeyableError):
            digest([value])
    finally:
        getattr(value, "close", lambda: None)()


def test_a_coroutine_is_refused():
    coroutine = _coroutine()
    with pytest.raises(UnkeyableError, match="coroutine"):
        digest(coroutine)
    coroutine.close()


def test_an_iterator_is_not_used_up():
    iterator = iter([1, 2])
    with pytest.raises(UnkeyableError):
        digest(iterator)
    assert list(iterator) == [1, 2]


def test_an_object_that_fails_to_describe_itself_is_refused():
    class Broken:
        def __reduce_ex__(self, protocol: Any) -> Any:
            raise RuntimeError("no")

    with pytest.raises(UnkeyableError, match="Broken at .content"):
        digest(Box(Broken()))
