"""Calls of cached functions that are held up in several processes."""

from __future__ import annotations

import pytest

from support.ageing import KINDS, cached
from support.gates import Gate
from support.restarts import Runs

RUNS = Runs()
SHARED = pytest.mark.parametrize("kind", KINDS[:2])


class One:
    """What a function is held up by in one process, and what it gives there."""

    def __init__(self, number):
        self.number = self.result = number
        self.gate = Gate()

    def __call__(self, x):
        RUNS.append(self.number)
        self.gate.wait()
        if isinstance(self.result, BaseException):
            raise self.result
        return self.result


class Held:
    """A function that is held up in each process until its gate is opened."""

    def __init__(self, processes, kind, count, **settings):
        self.ones = [One(number) for number in range(count)]
        self.gates = [one.gate for one in self.ones]
        self.fns = [
            cached(kind, one, store=processes.backing(), **settings)
            for one in self.ones
        ]

    def lead(self, pool, callers):
        """Begins a call in the first process, and returns it once it is held up."""
        first = pool.submit(callers[0], self.fns[0], "a")
        self.gates[0].until_reached()
        return first


def waiting(processes, number=1):
    """Waits until so many pauses were begun by those who wait for another process."""
    processes.pauses.until(number)
