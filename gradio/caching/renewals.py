"""Runs that replace a stale entry, for which nobody waits."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from functools import partial
from typing import Any

import anyio
from anyio.lowlevel import RunVar

from gradio.caching.background import apart
from gradio.caching.drivers import drive, drive_async
from gradio.caching.engine import Engine, Kwargs
from gradio.caching.errors import log_failed_run_once, log_failure_once
from gradio.caching.keys import Args
from gradio.caching.offload import limiter_of_loop, off_loop_if_heavy
from gradio.caching.read_through import Renewal, read_through, settle
from gradio.caching.snapshot import snapshot

_TASKS_AT_ONCE = 16

Renew = Callable[[Renewal, "Invocation"], Any]

_slots: RunVar[anyio.CapacityLimiter] = RunVar("renewals at the same time")
# Held here: a loop holds its tasks weakly.
_tasks: set[asyncio.Task[None]] = set()


class Invocation:
    """A call of a function of any kind, and how an entry of it is renewed."""

    __slots__ = ("_fn", "_renew", "args", "kwargs")

    def __init__(
        self, fn: Callable[..., Any], args: Args, kwargs: Kwargs, renew: Renew
    ) -> None:
        self._fn = fn
        self.args = args
        self.kwargs = kwargs
        self._renew = renew

    def __call__(self) -> Any:
        return self._fn(*self.args, **self.kwargs)

    def renew(self, renewal: Renewal) -> Any:
        """Has an entry renewed for which the caller does not wait."""
        return self._renew(renewal, self)

    def copied(self, engine: Engine) -> Invocation:
        """Makes the same call with arguments of its own, where they can be copied."""
        given = engine.keys.copied(self.args, self.kwargs, _private)
        return Invocation(self._fn, *given, self._renew)


def renew_function(renewal: Renewal, call: Invocation) -> None:
    """Has an entry of a function renewed in a thread."""
    renew_in_thread(renewal, call, _recompute)


async def renew_coroutine(renewal: Renewal, call: Invocation) -> None:
    """Has an entry of a coroutine function renewed in a task."""
    await renew_in_task(renewal, call, _recompute_async)


def renew_in_thread(
    renewal: Renewal, call: Invocation, run: Callable[[Renewal, Invocation], None]
) -> None:
    """Has an entry renewed in a thread by what is run with a copy of a call."""
    engine = renewal.engine
    try:
        work = partial(_renew, renewal, call.copied(engine), run)
        engine.cache.renewals.submit(partial(apart().run, work))
    except BaseException as error:
        give_up(renewal, error)


async def renew_in_task(
    renewal: Renewal,
    call: Invocation,
    run: Callable[[Renewal, Invocation], Awaitable[None]],
) -> None:
    """Has an entry renewed in a task by what is run with a copy of a call."""
    given = (call.args, call.kwargs)
    try:
        later = await off_loop_if_heavy(given, call.copied, renewal.engine)
        work = _renew_async(renewal, later, run)
        loop = asyncio.get_running_loop()
        task = apart().run(lambda: loop.create_task(work))
        _tasks.add(task)
        task.add_done_callback(_tasks.discard)
    except BaseException as error:
        give_up(renewal, error)


def give_up(renewal: Renewal, error: BaseException) -> None:
    """Lets another caller renew an entry, as this one could not begin."""
    settle(renewal, is_failure=False)
    if not isinstance(error, Exception):
        raise error
    log_failure_once("renewing an entry", error)


def _recompute(renewal: Renewal, call: Invocation) -> None:
    drive(read_through(*renewal), call)


async def _recompute_async(renewal: Renewal, call: Invocation) -> None:
    await drive_async(read_through(*renewal), call)


def _renew(
    renewal: Renewal, call: Invocation, run: Callable[[Renewal, Invocation], None]
) -> None:
    try:
        if renewal.is_wanted:
            run(renewal, call)
    except BaseException as error:
        log_failed_run_once(renewal.engine.name, error)
    finally:
        settle(renewal)


async def _renew_async(
    renewal: Renewal,
    call: Invocation,
    run: Callable[[Renewal, Invocation], Awaitable[None]],
) -> None:
    is_failure = True
    try:
        async with limiter_of_loop(_slots, _TASKS_AT_ONCE):
            if renewal.is_wanted:
                await run(renewal, call)
    except Exception as error:
        log_failed_run_once(renewal.engine.name, error)
    except BaseException:
        is_failure = False
        raise
    finally:
        settle(renewal, is_failure)


def _private(value: Any) -> Any:
    try:
        return snapshot(value)
    except Exception:
        return value
