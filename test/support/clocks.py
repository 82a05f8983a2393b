"""A clock that goes on when a test says so, for ages."""

from __future__ import annotations


class Clock:
    """Is called for the time; `move` lets time go by."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now

    def move(self, seconds: float) -> None:
        self.now += seconds
