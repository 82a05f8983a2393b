"""Sends an event what a run of its function would have sent."""

from __future__ import annotations

import asyncio
import copy
import inspect
import time
from collections.abc import AsyncIterator, Callable, Sequence
from typing import TYPE_CHECKING, Any, cast

from gradio import route_utils
from gradio.caching.engine import Engine
from gradio.caching.entry import Entry, Recording
from gradio.caching.serving.batch import unbatched
from gradio.caching.serving.events import body_of, http_request_of
from gradio.caching.serving.lookup import request_of
from gradio.caching.serving.media import opened
from gradio.caching.serving.payloads import Payload
from gradio.caching.serving.steps import progress_of
from gradio.caching.serving.waits import mean_wait
from gradio.caching.serving.wrappers import rewrapped
from gradio.context import LocalContext
from gradio.server_messages import (
    LogMessage,
    ProcessCompletedMessage,
    ProcessGeneratingMessage,
)

if TYPE_CHECKING:
    from gradio.block_function import BlockFunction
    from gradio.queueing import Event, Queue
    from gradio.routes import App

# So many messages are sent without letting others run.
_BURST = 16


async def send(
    queue: Queue, event: Event, engine: Engine, entry: Entry, payload: Payload
) -> None:
    """
    Sends a finished answer.
    Parameters:
        queue: the queue that the event did not need to enter.
        event: the event.
        engine: the engine of its function.
        entry: the entry of the result.
        payload: what was sent when it was computed.
    """
    _send_toasts(queue, event, entry)
    progress_of(event).start_over()
    *generated, last = opened(queue.blocks, event, payload.media)
    for number, step in enumerate(generated, start=1):
        _send_generating(queue, event, _output(event, step, is_generating=True))
        if number % _BURST == 0:
            await asyncio.sleep(0)
    _send_completed(queue, event, engine, _output(event, last, is_generating=False))


async def replay(
    queue: Queue,
    event: Event,
    engine: Engine,
    entry: Entry,
    arguments: Sequence[Any] = (),
) -> list[list[Any]]:
    """
    Makes an answer from a stored result, through Gradio's own processing, and sends it.
    Parameters:
        queue: the queue that the event did not need to enter.
        event: the event.
        engine: the engine of its function.
        entry: the entry of the result.
        arguments: what the event's function would be called with.
    Returns:
        The `data` of each message.
    """
    _send_toasts(queue, event, entry)
    progress_of(event).start_over()
    stand_in = _stand_in(event.fn, engine, entry, arguments)
    steps = []
    try:
        output = await _process(queue, event, stand_in)
        steps.append(output["data"])
        while event.alive and output.get("is_generating"):
            _send_generating(queue, event, output)
            output = await _process(queue, event, stand_in)
            steps.append(output["data"])
        output["average_duration"] = _average_duration(event.fn)
        _send_completed(queue, event, engine, output)
    finally:
        await _forget_iterator(queue, event)
    return steps


def _send_toasts(queue: Queue, event: Event, entry: Entry) -> None:
    for toast in entry.toasts:
        message = LogMessage(
            log=toast.message,
            title=toast.title,
            level=toast.level,
            duration=toast.duration,
            visible=toast.visible,
        )
        queue.send_message(event, message)


def _send_generating(queue: Queue, event: Event, output: dict[str, Any]) -> None:
    if progress_of(event).is_news():
        message = ProcessGeneratingMessage(output=output, success=True)
        queue.send_message(event, message)


def _send_completed(
    queue: Queue, event: Event, engine: Engine, output: dict[str, Any]
) -> None:
    message = ProcessCompletedMessage(
        output=output,
        success=True,
        used_cache="full",
        cache_duration=_duration(event),
        avg_time=mean_wait(event.fn, engine),
    )
    queue.send_message(event, message)


def _output(event: Event, step: list[Any], is_generating: bool) -> dict[str, Any]:
    return {
        "data": step,
        "is_generating": is_generating,
        "duration": _duration(event),
        "average_duration": _average_duration(event.fn),
        "render_config": None,
        "changed_state_ids": [],
    }


def _duration(event: Event) -> float:
    return time.monotonic() - event.enqueue_time


def _average_duration(fn: BlockFunction) -> float:
    return fn.total_runtime / fn.total_runs if fn.total_runs else 0.0


def _stand_in(
    fn: BlockFunction, engine: Engine, entry: Entry, arguments: Sequence[Any]
) -> BlockFunction:
    """
    A copy, so that its run counts in no average; it takes no input and needs no thread.
    """
    twin = copy.copy(fn)
    twin.fn = rewrapped(fn.fn, _player(fn, engine, entry.value), arguments)
    twin.batch = False
    twin.inputs = []
    twin.inputs_as_dict = False
    twin.component_prop_inputs = []
    return twin


def _player(fn: BlockFunction, engine: Engine, value: Any) -> Callable[..., Any]:
    unwrap = unbatched if fn.batch else _as_it_is
    leave = _nothing if _runs_on_loop(fn) else _leave_call

    async def play(*_: Any) -> Any:
        result = unwrap(engine.private(value))
        leave()
        return result

    async def play_all(*_: Any) -> AsyncIterator[Any]:
        for item in value.yields:
            result = engine.private(item)
            leave()
            yield result

    return play_all if isinstance(value, Recording) else play


def _runs_on_loop(fn: BlockFunction) -> bool:
    return inspect.iscoroutinefunction(fn.fn) or inspect.isasyncgenfunction(fn.fn)


def _leave_call() -> None:
    """What runs in a thread leaves the event's id to nothing that comes after it."""
    LocalContext.event_id.set(None)


def _nothing() -> None:
    pass


def _as_it_is(value: Any) -> Any:
    return value


async def _process(queue: Queue, event: Event, fn: BlockFunction) -> dict[str, Any]:
    app, body = cast("App", queue.server_app), body_of(event)
    request = http_request_of(event)
    body.event_id = event._id
    root_path = route_utils.get_root_url(
        request=request,
        route_path=route_utils.get_api_call_path(request=request),
        root_path=app.root_path,
    )
    return await route_utils.call_process_api(
        app=app, body=body, gr_request=request_of(event), fn=fn, root_path=root_path
    )


async def _forget_iterator(queue: Queue, event: Event) -> None:
    iterators: dict[str, Any] = cast("App", queue.server_app).iterators
    iterator = iterators.pop(event._id, None)
    if iterator is not None:
        await iterator.aclose()
