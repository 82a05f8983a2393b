"""Cached functions of each kind that grow old, and those who call them."""

from __future__ import annotations

import asyncio
import itertools
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest

import gradio as gr
from gradio.caching import renewals
from support.gates import DEADLINE, Gate

KINDS = ["function", "coroutine", "generator", "async generator"]
EACH_KIND = pytest.mark.parametrize("kind", KINDS)


def cached(kind: str, body: Callable[[Any], Any], **settings: Any) -> Any:
    """A cached function of a kind that gives what `body` does, which may block."""

    def function(x):
        return body(x)

    async def coroutine(x):
        return await asyncio.to_thread(body, x)

    def generator(x):
        yield body(x)

    async def async_generator(x):
        yield await asyncio.to_thread(body, x)

    kinds = [function, coroutine, generator, async_generator]
    fn = dict(zip(KINDS, kinds, strict=True))[kind]
    return gr.cache(fn, **settings)


class Callers:
    """Calls functions of any kind from threads; what is async, in a loop that lasts."""

    def __init__(self) -> None:
        self.loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self.loop.run_forever, daemon=True)
        self._thread.start()

    def __call__(self, fn: Any, *args: Any) -> Any:
        """The one value that a call gives."""
        return self.wait_for(_first(fn(*args)))

    def wait_for(self, result: Any) -> Any:
        """A result, or that of an awaitable."""
        if not asyncio.iscoroutine(result):
            return result
        return asyncio.run_coroutine_threadsafe(result, self.loop).result(DEADLINE)

    def close(self) -> None:
        self.loop.call_soon_threadsafe(self.loop.stop)
        self._thread.join(DEADLINE)
        self.loop.close()


def _first(result: Any) -> Any:
    async def first() -> Any:
        (item,) = [item async for item in result]
        return item

    if hasattr(result, "__aiter__"):
        return first()
    if hasattr(result, "__next__"):
        (item,) = result
        return item
    return result


class Settled:
    """Tells when renewals have ended, well or not."""

    def __init__(self, patch: pytest.MonkeyPatch, module: Any = renewals) -> None:
        self._ended = threading.Semaphore(0)
        settle = module.settle

        def noticed(*args: Any, **how: Any) -> None:
            settle(*args, **how)
            self._ended.release()

        patch.setattr(module, "settle", noticed)

    def wait(self, times: int = 1) -> None:
        for _ in range(times):
            assert self._ended.acquire(timeout=DEADLINE)

    @property
    def none_more(self) -> bool:
        return not self._ended.acquire(blocking=False)


class Runs:
    """Numbers runs; each after the first waits until the gate is opened."""

    def __init__(self, told: Callable[..., Any] = lambda number, *_: number) -> None:
        self.gate = Gate()
        self.count = 0
        self._numbers = itertools.count(1)
        self._told = told

    def __call__(self, *given: Any) -> Any:
        self.count = number = next(self._numbers)
        if number > 1:
            self.gate.wait()
        return self._told(number, *given)


class Numbers:
    """Gives one number after the other; those in `held` when their gate is opened."""

    def __init__(self, *held: int) -> None:
        self.gates = {number: Gate() for number in held}
        self.runs = 0

    def __call__(self, *_: Any) -> int:
        self.runs += 1
        number = self.runs
        if number in self.gates:
            self.gates[number].wait()
        return number


@contextmanager
def calling() -> Iterator[Callers]:
    callers = Callers()
    try:
        yield callers
    finally:
        callers.close()
