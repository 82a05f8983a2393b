"""Measures cached calls without a server. Runs in each environment, asked by lines."""

from __future__ import annotations

import contextlib
import json
import sys
import threading
import time
from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np
import pandas as pd
from PIL import Image

import gradio as gr
from gradio.context import LocalContext

Sample = Callable[[], float]

MANY = 1_000_000
SESSIONS, PER_SESSION = 1000, 100
PAIRS = 4000
LIST_ITEMS = 10_000


def number() -> int:
    return 7


def text(size: int) -> str:
    return "x" * size


def array(size: int) -> np.ndarray:
    return np.random.default_rng(0).random(size // 4, dtype=np.float32)


def picture(side: int) -> Image.Image:
    pixels = np.random.default_rng(0).integers(0, 256, (side, side, 3), dtype=np.uint8)
    return Image.fromarray(pixels)


def frame(rows: int) -> pd.DataFrame:
    return pd.DataFrame(np.random.default_rng(0).random((rows, 5)))


def strings(count: int) -> list[str]:
    return [f"string {i}" for i in range(count)]


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
        with _in_session(session):
            for i in range(PER_SESSION):
                same(i)

    def sample() -> float:
        session = sessions.pop()
        with _in_session(session):
            started = time.perf_counter()
            _clear(same, session)
            seconds = time.perf_counter() - started
            before = len(calls)
            same(0)
        with _in_session(sessions[0]):
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
def _in_session(session: str) -> Any:
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


def hit_among(entries: int) -> Sample:
    """A hit in a cache that holds so many entries, a different one each time."""

    @gr.cache(max_size=MANY)
    def same(value: str) -> str:
        return value

    for i in range(entries):
        same(f"entry {i}")
    asked = [f"entry {i}" for i in range(0, entries, max(1, entries // 100))]

    def sample() -> float:
        started = time.perf_counter()
        for value in asked:
            same(value)
        return (time.perf_counter() - started) / len(asked)

    return sample


CASES: dict[str, Callable[..., Sample]] = {
    "int": lambda: hit(number, 1000),
    "text": lambda size: hit(partial(text, size), 500),
    "array": lambda size: hit(partial(array, size), max(1, 10**7 // size)),
    "picture": lambda side: hit(partial(picture, side), 1),
    "frame": lambda rows: hit(partial(frame, rows), 1),
    "strings": lambda count: hit(partial(strings, count), 1),
    "get and set": get_and_set,
    "clear": clear_session,
    "store": store_list,
    "among": hit_among,
}


def main() -> None:
    """Answers each line: a case, its arguments, and how many samples are wanted."""
    prepared: tuple[Any, Sample] | None = None
    for line in sys.stdin:
        case, arguments, samples = json.loads(line)
        if prepared is None or prepared[0] != (case, arguments):
            prepared = None
            prepared = ((case, arguments), CASES[case](*arguments))
            prepared[1]()
        print(json.dumps([prepared[1]() for _ in range(samples)]), flush=True)


if __name__ == "__main__":
    main()
