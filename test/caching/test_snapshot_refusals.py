"""Values of which there is no copy."""

from __future__ import annotations

import io
import itertools
import pathlib
import queue
import socket
import tempfile
import threading
from typing import Any

import pytest

from gradio.caching.errors import UncopyableError
from gradio.caching.snapshot import snapshot
from support.holders import Box, Frozen


def function() -> None:
    pass


async def _coroutine() -> None:
    pass


async def _async_generator() -> Any:
    yield 1


class Walker:
    def __init__(self, source: Any) -> None:
        self.source = source

    def __iter__(self) -> Any:
        return self

    def __next__(self) -> int:
        return 1


UNCOPYABLE = {
    "generator": lambda: (n for n in ()),
    "async generator": _async_generator,
    "iterator over a generator": lambda: zip(n for n in ()),
    "iterator over calls": lambda: iter(list, [1]),
    "iterator of a class": lambda: Walker(n for n in ()),
    "map over a generator": lambda: map(str, (n for n in ())),
    "map by what can be anything": lambda: map([].append, [1]),
    "cycle over a generator": lambda: itertools.cycle(n for n in (1,)),
    "lock": threading.Lock,
    "event": threading.Event,
    "queue": queue.Queue,
    "file": tempfile.TemporaryFile,
    "named file": tempfile.NamedTemporaryFile,
    "text file": pathlib.Path(__file__).open,
    "socket": socket.socket,
    "thread": lambda: threading.Thread(target=function),
    "closed file": lambda: named_closed(io.BytesIO()),
}


def named_closed(file: io.BytesIO) -> io.BytesIO:
    file.close()
    return file


@pytest.mark.parametrize("make", UNCOPYABLE.values(), ids=UNCOPYABLE.keys())
def test_what_can_not_be_copied_is_refused(make):
    value = make()
    try:
        for holder in (value, [value], {"a": (1, value)}, Box(value), Frozen(value)):
            with pytest.raises(UncopyableError):
                snapshot(holder)
    finally:
        getattr(value, "close", lambda: None)()


def test_a_coroutine_is_refused():
    coroutine = _coroutine()
    with pytest.raises(UncopyableError, match="coroutine"):
        snapshot([coroutine])
    coroutine.close()


def test_an_iterator_is_not_used_up():
    iterator = (n for n in (1, 2))
    with pytest.raises(UncopyableError):
        snapshot({"a": iterator})
    assert list(iterator) == [1, 2]


def test_the_message_says_what_and_where():
    with pytest.raises(UncopyableError, match=r"lock at \['a'\]\[1\]\.content$"):
        snapshot({"a": [1, Box(threading.Lock())]})


def test_a_failing_copy_is_named():
    class Broken:
        def __deepcopy__(self, memo: Any) -> Any:
            raise ZeroDivisionError

    with pytest.raises(UncopyableError, match=r"Broken at \[0\]") as error:
        snapshot([Broken()])
    assert isinstance(error.value.__cause__, ZeroDivisionError)
