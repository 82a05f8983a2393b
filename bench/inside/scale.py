"""Measures a cache of very many small entries, and of very many sessions."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable

from asked import Sample, answer
from worker import in_session

import gradio as gr

_SOME = 1000
_TICK = 0.001


def filled(entries: int) -> gr.Cache:
    """Makes a cache that holds as many as it may."""
    cache = gr.Cache(max_size=entries)
    _fill(cache, entries)
    return cache


def _fill(cache: gr.Cache, entries: int, first: int = 0) -> None:
    for i in range(first, first + entries):
        cache.set(f"entry {i}", value=i)


def bytes_each(entries: int) -> Sample:
    """What an entry takes of the memory of a process of its own."""
    command = [sys.executable, __file__, str(entries)]

    def sample() -> float:
        done = subprocess.run(command, check=True, capture_output=True, text=True)
        return float(done.stdout)

    return sample


def _resident() -> int:
    with open("/proc/self/statm") as file:
        return int(file.read().split()[1]) * os.sysconf("SC_PAGE_SIZE")


def look_up(entries: int) -> Sample:
    """One look-up in a cache that holds so many, of a different entry each time."""
    cache = filled(entries)
    asked = [f"entry {i}" for i in range(0, entries, max(1, entries // _SOME))]

    def sample() -> float:
        started = time.perf_counter()
        for key in asked:
            cache.get(key)
        return (time.perf_counter() - started) / len(asked)

    return sample


def evict(entries: int) -> Sample:
    """Setting one more in a full cache."""
    cache, numbers = filled(entries), iter(range(entries, sys.maxsize, _SOME))

    def sample() -> float:
        first = next(numbers)
        started = time.perf_counter()
        _fill(cache, _SOME, first)
        return (time.perf_counter() - started) / _SOME

    return sample


def pause(act: str, entries: int) -> Sample:
    """The longest for which an event loop stands still while a thread acts."""

    def sample() -> float:
        cache = gr.Cache(max_size=entries) if act == "fill" else filled(entries)
        acts: dict[str, Callable[[], None]] = {
            "fill": lambda: _fill(cache, entries),
            "evict": lambda: _fill(cache, entries // 2, entries),
            "clear": cache.clear,
        }
        return asyncio.run(_longest_pause(acts[act]))

    return sample


async def _longest_pause(act: Callable[[], None]) -> float:
    thread, longest = threading.Thread(target=act), 0.0
    thread.start()
    while thread.is_alive():
        started = time.perf_counter()
        await asyncio.sleep(_TICK)
        longest = max(longest, time.perf_counter() - started - _TICK)
    return longest


def among_sessions(sessions: int) -> Sample:
    """A `set` and a `get` of one session among so many."""
    cache = gr.Cache(max_size=2 * sessions, per_session=True)
    names = [f"session {number}" for number in range(sessions)]
    for name in names:
        with in_session(name):
            cache.set("mine", value=name)
    asked = names[:: max(1, sessions // _SOME)]

    def sample() -> float:
        seconds = 0.0
        for name in asked:
            with in_session(name):
                started = time.perf_counter()
                cache.set("mine", value=name)
                cache.get("mine")
                seconds += time.perf_counter() - started
        return seconds / len(asked)

    return sample


CASES: dict[str, Callable[..., Sample]] = {
    "bytes": bytes_each,
    "look up": look_up,
    "evict": evict,
    "pause": pause,
    "sessions": among_sessions,
}


def main() -> None:
    """Prints the bytes of an entry, if asked with a number of them."""
    entries = int(sys.argv[1])
    before = _resident()
    cache = filled(entries)
    print((_resident() - before) / len(cache))


if __name__ == "__main__":
    if sys.argv[1].isdecimal():
        main()
    else:
        answer(CASES)
