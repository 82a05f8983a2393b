"""Measures calls that a disk or a server answers, for each cache. Asked by lines."""

from __future__ import annotations

import importlib
import itertools
import json
import os
import sys
import tempfile
import time
from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd

Sample = Callable[[], float]
Decorate = Callable[[Callable[[int], Any], str], Callable[[int], Any]]

SIDE, ROWS = 2048, 1_000_000
MISSES = 50


class Runs(list[int]):
    """Is no constant of the functions that append to it."""


RUNS = Runs()


def array(number: int) -> np.ndarray:
    RUNS.append(number)
    shape = SIDE, SIDE, 3
    return np.random.default_rng(number).integers(0, 256, shape, dtype=np.uint8)


def frame(number: int) -> pd.DataFrame:
    RUNS.append(number)
    return pd.DataFrame(np.random.default_rng(number).random((ROWS, 5)))


def text(number: int) -> str:
    RUNS.append(number)
    return f"text {number}"


def by_fork(fn: Callable[[int], Any], folder: str) -> Callable[[int], Any]:
    """Keeps one result in memory, so that another one's comes from the disk."""
    import gradio as gr

    return gr.cache(fn, max_size=1, store=folder)


def by_redis(fn: Callable[[int], Any], folder: str) -> Callable[[int], Any]:
    """As `by_fork`, but on a server, where each case has a prefix of its own."""
    import gradio as gr

    prefix = os.path.basename(folder)
    store = f"{os.environ['GRADIO_BENCH_REDIS']}?prefix={prefix}&timeout=10"
    return gr.cache(fn, max_size=1, store=store)


def by_diskcache(fn: Callable[[int], Any], folder: str) -> Callable[[int], Any]:
    return importlib.import_module("diskcache").Cache(folder).memoize()(fn)


def by_joblib(fn: Callable[[int], Any], folder: str) -> Callable[[int], Any]:
    return importlib.import_module("joblib").Memory(folder, verbose=0).cache(fn)


CACHES: dict[str, Decorate] = {
    "fork": by_fork,
    "redis": by_redis,
    "diskcache": by_diskcache,
    "joblib": by_joblib,
}


def wait_until_written(cache: str) -> None:
    """Waits for what is written with nobody waiting; the others' calls wait for it."""
    if cache in ("fork", "redis"):
        from gradio.caching.writes import WRITES

        if not WRITES.flush():
            raise RuntimeError("What was to be written is not.")


def hit(cache: str, fn: Callable[[int], Any], folder: str, loops: int) -> Sample:
    """Seconds for a call whose result is in the store, two of them in turn."""
    cached = CACHES[cache](fn, folder)
    for number in (0, 1):
        cached(number)
        wait_until_written(cache)

    def sample() -> float:
        before = len(RUNS)
        started = time.perf_counter()
        for _ in range(loops):
            cached(0)
            cached(1)
        seconds = (time.perf_counter() - started) / (2 * loops)
        if len(RUNS) != before:
            raise RuntimeError("It is not the store that answered.")
        return seconds

    return sample


def miss(cache: str, folder: str) -> Sample:
    """Seconds for a call that is made for the first time, until it returns."""
    cached, numbers = CACHES[cache](text, folder), itertools.count()

    def sample() -> float:
        seconds = [_timed(cached, next(numbers), cache) for _ in range(MISSES)]
        return sum(seconds) / MISSES

    return sample


def added(cache: str, folder: str) -> Sample:
    """Seconds that a call made for the first time takes longer with a store."""
    import gradio as gr

    stored, alone = CACHES[cache](text, folder), gr.cache(text, store="memory")
    numbers = itertools.count()

    def sample() -> float:
        seconds = 0.0
        for number in itertools.islice(numbers, MISSES):
            seconds += _timed(stored, number, cache) - _timed(alone, number, cache)
        return seconds / MISSES

    return sample


def _timed(cached: Callable[[int], Any], number: int, cache: str) -> float:
    started = time.perf_counter()
    cached(number)
    seconds = time.perf_counter() - started
    wait_until_written(cache)
    return seconds


CASES: dict[str, Callable[[str, str], Sample]] = {
    "array": lambda cache, folder: hit(cache, array, folder, 2),
    "frame": lambda cache, folder: hit(cache, frame, folder, 1),
    "text": lambda cache, folder: hit(cache, text, folder, 50),
    "miss": miss,
    "added": added,
}


def main() -> None:
    """Answers each line: a case, its arguments, and how many samples are wanted."""
    prepared: tuple[str, Sample] | None = None
    with tempfile.TemporaryDirectory(dir=sys.argv[2]) as folder:
        for line in sys.stdin:
            case, _, samples = json.loads(line)
            if prepared is None or prepared[0] != case:
                own = tempfile.mkdtemp(dir=folder)
                prepared = case, CASES[case](sys.argv[1], own)
                prepared[1]()
            print(json.dumps([prepared[1]() for _ in range(samples)]), flush=True)


if __name__ == "__main__":
    main()
