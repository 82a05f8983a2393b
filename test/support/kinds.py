"""Functions of each kind, and how to call them all alike."""

import asyncio
import contextlib
import functools
import inspect

import pytest


def counted(fn=None):
    """A function that knows how often it ran, as `runs`."""

    @functools.wraps(fn or (lambda x: x))
    def run(*args, **kwargs):
        run.runs += 1
        return fn(*args, **kwargs) if fn else args

    run.runs = 0
    return run


def double(x):
    """Twice as much."""
    return [x, x]


async def double_later(x):
    return [x, x]


def doubles(x):
    yield [x]
    yield [x, x]


async def doubles_later(x):
    yield [x]
    yield [x, x]


async def listed(items):
    """All that an async generator gives."""
    return [item async for item in items]


@contextlib.contextmanager
def noting_end(log):
    """What is inside has ended, in whatever way, when the log says "closed"."""
    try:
        yield
    finally:
        log.append("closed")


def outcome(fn, *args, **kwargs):
    """What a call gives, as a plain value, whatever kind of function it is."""
    if inspect.iscoroutinefunction(fn):
        return asyncio.run(fn(*args, **kwargs))
    if inspect.isasyncgenfunction(fn):
        return asyncio.run(listed(fn(*args, **kwargs)))
    result = fn(*args, **kwargs)
    return list(result) if inspect.isgenerator(result) else result


KINDS = {
    double: inspect.isfunction,
    double_later: inspect.iscoroutinefunction,
    doubles: inspect.isgeneratorfunction,
    doubles_later: inspect.isasyncgenfunction,
}
EACH_KIND = pytest.mark.parametrize("fn", KINDS)
