"""What is tried of a store: new processes that find it, and time that passes."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import pytest

from gradio.caching import wrapping
from gradio.caching.stores import schemes
from gradio.caching.writes import WRITES


class Runs(list):
    """Is no constant of the functions that append to it."""


def forget_process(monkeypatch: pytest.MonkeyPatch) -> None:
    """Forgets all that a process knows, once it has written what it was to."""
    assert WRITES.flush()
    monkeypatch.setattr(wrapping, "_CACHES", wrapping.FunctionRegistry())
    monkeypatch.setattr(schemes, "_opened", {})


def starting(
    serve: Callable[[Any], Any], monkeypatch: pytest.MonkeyPatch, runs: Runs
) -> Callable[[Callable[[], Any]], Any]:
    """Starts apps as other processes would, which know nothing of earlier ones."""
    runs.clear()

    def start(make: Callable[[], Any]) -> Any:
        forget_process(monkeypatch)
        return serve(make())

    return start


def passing_time(monkeypatch: pytest.MonkeyPatch, clock: Any) -> Callable[..., None]:
    """Lets seconds pass, by the clock of this process and by that on the wall."""
    wall = [time.time()]
    monkeypatch.setattr(time, "time", lambda: wall[0])

    def wait(seconds: float) -> None:
        clock.now += seconds
        wall[0] += seconds

    return wait
