"""Carries out an engine's read-through in a thread, or in an event loop."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

from gradio.caching.engine import ReadThrough, Step
from gradio.caching.flight import Outcome, follow, follow_async


def drive(steps: ReadThrough, compute: Callable[[], Any]) -> Any:
    """
    Carries out a read-through in a thread.
    Parameters:
        steps: the read-through.
        compute: runs the function.
    Returns:
        The result. Raises what the function raises.
    """

    step = _advance(steps)
    while not isinstance(step, _Done):
        try:
            answer = _carry_out(step, compute)
        except BaseException as error:
            step = _throw(steps, error)
        else:
            step = _advance(steps, answer)
    return step.value


async def drive_async(steps: ReadThrough, compute: Callable[[], Awaitable[Any]]) -> Any:
    """
    Carries out a read-through in an event loop.
    Parameters:
        steps: the read-through.
        compute: runs the coroutine function.
    Returns:
        The result. Raises what the function raises.
    """
    step = _advance(steps)
    while not isinstance(step, _Done):
        try:
            answer = await (compute() if step is None else follow_async(step))
        except BaseException as error:
            step = _throw(steps, error)
        else:
            step = _advance(steps, answer)
    return step.value


@dataclass(frozen=True, slots=True)
class _Done:
    """
    The end of a read-through, which a StopIteration of the function must not be taken
    for.
    """

    value: Any


def _advance(steps: ReadThrough, answer: Any = None) -> Step | _Done:
    try:
        return steps.send(answer)
    except StopIteration as stop:
        return _Done(stop.value)


def _throw(steps: ReadThrough, error: BaseException) -> Step | _Done:
    try:
        return steps.throw(error)
    except StopIteration as stop:
        return _Done(stop.value)
    except RuntimeError as wrapped:
        # What Python makes of a StopIteration that crosses a generator.
        if wrapped.__cause__ is not error:
            raise
    raise error


def _carry_out(step: Step, compute: Callable[[], Any]) -> Any:
    if step is None:
        return compute()
    # A thread that runs an event loop must not wait: the leader may need the loop.
    return Outcome.UNSHARED if _runs_event_loop() else follow(step)


def _runs_event_loop() -> bool:
    return asyncio._get_running_loop() is not None
