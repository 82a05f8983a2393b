"""Measures cached calls without a server. Runs in each environment, asked by lines."""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from functools import partial
from typing import Any

from asked import Sample, answer
from values import array, frame, number, picture, strings, text

import gradio as gr
from gradio.context import LocalContext

MANY = 1_000_000
SESSIONS, PER_SESSION = 1000, 100
PAIRS = 4000
LIST_ITEMS = 10_000
_IMPORT = """
import time
started = time.perf_counter()
import gradio
print(time.perf_counter() - started)
"""


def hit(make: Callable[[], Any], loops: int) -> Sample:
    """A call that is answered from memory; its argument equals the first one's."""

    @gr.cache
    def same(value: Any) -> Any:
        return value

    same(make())
    again = make()

    def sample() -> float:
        started = time.perf_counter()
        for _ in range(loops):
            same(again)
        return (time.perf_counter() - started) / loops

    return sample


def session_hit(loops: int) -> Sample:
    """A call whose answer is the calling session's own."""

    @gr.cache(per_session=True)
    def same(value: str) -> str:
        return value

    with in_session("session"):
        same("a session's own text")

    def sample() -> float:
        with in_session("session"):
            started = time.perf_counter()
            for _ in range(loops):
                same("a session's own text")
            return (time.perf_counter() - started) / loops

    return sample


def importing() -> Sample:
    """Importing gradio in a process of its own."""
    command = [sys.executable, "-c", _IMPORT]
    # Compiled, as whatever is installed; an editable package is not by itself.
    compiled = {k: v for k, v in os.environ.items() if k != "PYTHONDONTWRITEBYTECODE"}

    def sample() -> float:
        done = subprocess.run(
            command, check=True, capture_output=True, text=True, env=compiled
        )
        return float(done.stdout)

    sample()
    return sample


def get_and_set(threads: int) -> Sample:
    """Seconds for a `set` and a `get` of a `gr.Cache`, by all threads together."""
    cache = gr.Cache()

    def work(first: int, start: threading.Barrier) -> None:
        start.wait()
        for i in range(first, first + PAIRS // threads):
            cache.set(f"key {i % 100}", value=i)
            cache.get(f"key {i % 100}")

    def sample() -> float:
        start = threading.Barrier(threads + 1)
        workers = [
            threading.Thread(target=work, args=(i, start)) for i in range(threads)
        ]
        for worker in workers:
            worker.start()
        start.wait()
        started = time.perf_counter()
        for worker in workers:
            worker.join()
        return (time.perf_counter() - started) / (PAIRS // threads * threads)

    return sample


def clear_session() -> Sample:
    """Forgetting what one session of many holds. Each sample clears another."""

    @gr.cache(max_size=MANY, per_session=True)
    def same(value: int) -> int:
        calls.append(value)
        return value

    calls: list[int] = []
    sessions = [f"session {number}" for number in range(SESSIONS)]
    for session in sessions:
        with in_session(session):
            for i in range(PER_SESSION):
                same(i)

    def sample() -> float:
        session = sessions.pop()
        with in_session(session):
            started = time.perf_counter()
            _clear(same, session)
            seconds = time.perf_counter() - started
            before = len(calls)
            same(0)
        with in_session(sessions[0]):
            same(0)
        if len(calls) != before + 1:
            raise RuntimeError("It is not this session's entries that were cleared.")
        return seconds

    return sample


def _clear(cached: Any, session: str) -> None:
    """The base's own `clear` speaks of all sessions; what names one is another."""
    if hasattr(cached.cache, "clear_session"):
        cached.cache.clear_session(session)
    else:
        cached.cache.clear()


@contextlib.contextmanager
def in_session(session: str) -> Any:
    token = LocalContext.request.set(gr.Request(session_hash=session))
    try:
        yield
    finally:
        LocalContext.request.reset(token)


def store_list() -> Sample:
    """Calling a cached function that returns a long list, for the first time."""
    lists = iter([list(range(i, i + LIST_ITEMS)) for i in range(0, MANY, LIST_ITEMS)])

    @gr.cache(max_memory="2gb", max_size=MANY)
    def take(number: int) -> list[int]:  # noqa: ARG001
        return next(lists)

    calls = iter(range(MANY))

    def sample() -> float:
        started = time.perf_counter()
        take(next(calls))
        return time.perf_counter() - started

    return sample


CASES: dict[str, Callable[..., Sample]] = {
    "int": lambda: hit(number, 1000),
    "text": lambda size: hit(partial(text, size), 500),
    "array": lambda size: hit(partial(array, size), max(1, 10**7 // size)),
    "picture": lambda side: hit(partial(picture, side), 1),
    "frame": lambda rows: hit(partial(frame, rows), 1),
    "strings": lambda count: hit(partial(strings, count), 1),
    "session": lambda: session_hit(1000),
    "import": importing,
    "get and set": get_and_set,
    "clear": clear_session,
    "store": store_list,
}


if __name__ == "__main__":
    answer(CASES)
