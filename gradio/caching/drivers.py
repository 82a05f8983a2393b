"""Carries out the steps that an engine asks for, in a thread or an event loop."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Generator
from dataclasses import dataclass
from typing import Any, Protocol

from gradio.caching import backoff
from gradio.caching.asking import Ask, Pause
from gradio.caching.engine import Engine, Kwargs
from gradio.caching.inflight.flights import Outcome, follow, follow_async
from gradio.caching.keys import Args, CacheKey
from gradio.caching.offload import (
    any_part,
    is_light,
    is_short,
    may_be_file,
    off_loop,
    off_loop_if_heavy,
    own_threads,
    store_threads,
)
from gradio.caching.read_through import Renewal, Step, Work


class Computation(Protocol):
    """What computes a result: now, or later with nobody waiting for it."""

    def __call__(self) -> Any: ...

    def renew(self, renewal: Renewal, /) -> Any: ...


def _perform(step: Step, compute: Computation) -> Any:
    if step is None:
        return compute()
    if isinstance(step, Work):
        return step.do()
    if isinstance(step, Ask):
        # No store is asked on an event loop, which others wait for.
        return None if runs_event_loop() else step.do()
    if isinstance(step, Pause):
        return backoff.sleep(step.seconds)
    if isinstance(step, Renewal):
        return compute.renew(step)
    # A thread that runs an event loop must not wait: the leader may need the loop.
    return Outcome.UNSHARED if runs_event_loop() else follow(step)


async def _perform_in_loop(step: Step, compute: Computation) -> Any:
    if step is None:
        return await compute()
    if isinstance(step, Work):
        return await off_loop_if_heavy(step.value, step.do)
    if isinstance(step, Ask):
        return await off_loop(store_threads(), step.do)
    if isinstance(step, Pause):
        return await backoff.sleep_async(step.seconds)
    if isinstance(step, Renewal):
        return await compute.renew(step)
    return await follow_async(step)


def runs_event_loop() -> bool:
    """Tells whether this thread runs an event loop, which must not wait."""
    return asyncio._get_running_loop() is not None


def drive(
    steps: Generator[Any, Any, Any],
    compute: Callable[..., Any],
    perform: Callable[[Any, Any], Any] = _perform,
) -> Any:
    """Carries out steps in a thread, a read-through's unless `perform` does others."""
    step = _advance(steps)
    while not isinstance(step, _Done):
        try:
            answer = perform(step, compute)
        except BaseException as error:
            step = _throw(steps, error)
        else:
            step = _advance(steps, answer)
    return step.value


async def drive_async(
    steps: Generator[Any, Any, Any],
    compute: Callable[..., Awaitable[Any]],
    perform: Callable[[Any, Any], Awaitable[Any]] = _perform_in_loop,
) -> Any:
    """Carries out steps in an event loop."""
    step = _advance(steps)
    while not isinstance(step, _Done):
        try:
            answer = await perform(step, compute)
        except BaseException as error:
            step = _throw(steps, error)
        else:
            step = _advance(steps, answer)
    return step.value


def makes_key_at_once(engine: Engine, args: Args, kwargs: Kwargs) -> bool:
    """Whether a key must or can be made in an event loop, as is seen at a glance."""
    # A user's `key` may look at what belongs to the thread of the loop.
    return engine.keys.runs_user_code or (not kwargs and all(map(is_short, args)))


async def key_in_loop(engine: Engine, args: Args, kwargs: Kwargs) -> CacheKey | None:
    """As `Engine.key`, which is made in a thread if it takes long."""
    given = (args, kwargs)
    if makes_key_at_once(engine, args, kwargs):
        return engine.key_of(args, kwargs)
    if is_light(*given) and not any_part(given, may_be_file):
        return engine.key_of(args, kwargs)
    return await off_loop(own_threads(), engine.key_of, args, kwargs)


@dataclass(frozen=True, slots=True)
class _Done:
    """The end of steps, which a StopIteration of the function must not be taken for."""

    value: Any


def _advance(steps: Generator[Any, Any, Any], answer: Any = None) -> Any:
    try:
        return steps.send(answer)
    except StopIteration as stop:
        return _Done(stop.value)


def _throw(steps: Generator[Any, Any, Any], error: BaseException) -> Any:
    try:
        return steps.throw(error)
    except StopIteration as stop:
        return _Done(stop.value)
    except RuntimeError as wrapped:
        # What Python makes of a StopIteration that crosses a generator.
        if wrapped.__cause__ is not error:
            raise
    raise error
