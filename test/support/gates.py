"""Holds calls up, and tells when others have come to wait for them."""

import asyncio
import contextvars
import threading
from collections.abc import Callable
from concurrent.futures import Executor, Future
from typing import Any

from gradio.caching.inflight.flights import Flights
from gradio.caching.inflight.stream_table import StreamTable
from gradio.caching.wrapping import engine_of

DEADLINE = 30


class Gate:
    """Holds a function up until it is opened; counts how often it was reached."""

    def __init__(self) -> None:
        self.runs = 0
        self._reached = threading.Semaphore(0)
        self._open = threading.Event()

    def wait(self) -> None:
        self.runs += 1
        self._reached.release()
        assert self._open.wait(DEADLINE)

    def until_reached(self) -> None:
        assert self._reached.acquire(timeout=DEADLINE)

    def open(self) -> None:
        self._open.set()


class Noticed:
    """Tells when callers have come to wait for what is under way."""

    def __init__(self, fn: Any) -> None:
        self._came = threading.Semaphore(0)
        cache = engine_of(fn).cache
        cache.flights = self._noticing(Flights())
        cache.streams = self._noticing(StreamTable())

    def wait_for(self, followers: int) -> None:
        for _ in range(followers):
            assert self._came.acquire(timeout=DEADLINE)

    def _noticing(self, table: Any) -> Any:
        join = table.join

        def noticing(*args: Any) -> Any:
            joined, leads = join(*args)
            if not leads:
                self._came.release()
            return joined, leads

        table.join = noticing
        return table


def in_own_context(pool: Executor, call: Callable[..., Any], *args: Any) -> Future:
    """Calls in a thread as nobody's follower, whatever the test itself runs in."""
    return pool.submit(contextvars.Context().run, call, *args)


async def turns(n: int = 10) -> None:
    """Lets the other tasks of a loop go on."""
    for _ in range(n):
        await asyncio.sleep(0)
