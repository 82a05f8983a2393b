"""Sends an event what a run of its function would have sent."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from gradio import route_utils
from gradio.caching.engine import Engine
from gradio.caching.entry import Entry
from gradio.caching.release.runs import add_to_history
from gradio.caching.serving.forms import CommonForm
from gradio.caching.serving.queueing.current import app_of, blocks_of
from gradio.caching.serving.queueing.events import body_of, request_of
from gradio.caching.serving.queueing.join_response import is_held
from gradio.caching.serving.queueing.join_response import send as send_message
from gradio.caching.serving.queueing.pace import pace_of
from gradio.caching.serving.queueing.sent_steps import advance, sent_steps_of
from gradio.caching.serving.queueing.waits import mean_wait
from gradio.caching.serving.repeatable import has_own_components
from gradio.caching.serving.replay.addresses import (
    address_later,
    root_of,
    with_root,
    write_address,
)
from gradio.caching.serving.replay.media import open_streams
from gradio.caching.serving.replay.replay_listener import replay_listener
from gradio.caching.serving.replay.responses import StoredResponse
from gradio.server_messages import (
    LogMessage,
    ProcessCompletedMessage,
    ProcessGeneratingMessage,
)

if TYPE_CHECKING:
    from gradio.block_function import BlockFunction
    from gradio.queueing import Event, Queue
    from gradio.server_messages import EventMessage

BURST = 16
"""So many messages are sent without letting others run."""


class _Reader:
    """Sends an event's steps as fast as its client reads them."""

    def __init__(self, queue: Queue, event: Event) -> None:
        self._queue = queue
        self._event = event
        self._reads = True

    async def takes_step(self) -> bool:
        """Notes a step, and returns whether it is to be sent, once there is room."""
        if not (advance(self._queue, self._event) and self._reads):
            return False
        if is_held(self._event):
            return True
        session = self._event.session_hash
        self._reads = await pace_of(self._queue).room(session)
        return self._reads


async def send(
    queue: Queue, event: Event, engine: Engine, entry: Entry, response: StoredResponse
) -> None:
    """
    Sends a finished answer; in Gradio's way if the session has its own components.
    """
    _send_toasts(queue, event, entry)
    sent_steps_of(event).rewind()
    reader, write = _Reader(queue, event), _writer(queue, event, response)
    *generated, last = response.media.steps
    for number, step in enumerate(generated, start=1):
        takes_step = await reader.takes_step()
        # While a client does not read, its session may get components of its own.
        if has_own_components(queue, event):
            break
        if takes_step:
            _send_generating(queue, event, _output(event, write(step), True))
        if number % BURST == 0:
            await asyncio.sleep(0)
    if has_own_components(queue, event):
        played = replay_listener(event.fn, engine, entry, ())
        await _replay_steps(queue, event, engine, played)
    else:
        _send_last(queue, event, engine, write(last))


def send_at_once(
    queue: Queue, event: Event, engine: Engine, entry: Entry, response: StoredResponse
) -> None:
    """
    Sends a finished answer of few steps to an event that was sent nothing, and whose
    session has no components of its own.
    """
    _send_toasts(queue, event, entry)
    write = _writer(queue, event, response)
    *generated, last = response.media.steps
    for step in generated:
        _send_generating(queue, event, _output(event, write(step), True))
    _send_last(queue, event, engine, write(last))


async def replay(
    queue: Queue,
    event: Event,
    engine: Engine,
    entry: Entry,
    arguments: Sequence[Any] = (),
) -> list[list[Any]]:
    """
    Makes an answer from a stored result, through Gradio's own processing, and send it.
    Return the `data` of each message; none if it is the session's alone.
    """
    form = CommonForm(queue, event)
    _send_toasts(queue, event, entry)
    played = replay_listener(event.fn, engine, entry, arguments)
    steps = await _replay_steps(queue, event, engine, played)
    return steps if form.check() else []


def _send_last(queue: Queue, event: Event, engine: Engine, step: list[Any]) -> None:
    _send_completed(queue, event, engine, _output(event, step, False))
    add_to_history(queue, event, step)


async def _replay_steps(
    queue: Queue, event: Event, engine: Engine, played: BlockFunction
) -> list[list[Any]]:
    sent_steps_of(event).rewind()
    root, reader, steps = address_later(queue, event), _Reader(queue, event), []
    try:
        output = await _process(queue, event, played, root)
        steps.append(output["data"])
        while event.alive and output.get("is_generating"):
            if await reader.takes_step():
                _send_generating(queue, event, output)
            output = await _process(queue, event, played, root)
            steps.append(output["data"])
        output["average_duration"] = _average_duration(event.fn)
        _send_completed(queue, event, engine, output)
    finally:
        await _forget_iterator(queue, event)
    return steps


def _writer(
    queue: Queue, event: Event, response: StoredResponse
) -> Callable[[list[Any]], list[Any]]:
    """What puts addresses into the `data` of a message."""
    root = root_of(queue, event) if response.addressed else ""
    written = open_streams(blocks_of(queue), event, response.media)

    def write(step: list[Any]) -> list[Any]:
        return [
            with_root(d, root) if i in response.addressed else d
            for i, d in enumerate(written(step))
        ]

    return write if response.addressed else written


def _send_toasts(queue: Queue, event: Event, entry: Entry) -> None:
    for toast in entry.toasts:
        message = LogMessage(
            log=toast.message,
            title=toast.title,
            level=toast.level,
            duration=toast.duration,
            visible=toast.visible,
        )
        send_message(queue, event, message)


def _send_message(queue: Queue, event: Event, message: EventMessage) -> None:
    if is_held(event):
        write_address(event, message)  # over the stream, the queue does
    send_message(queue, event, message)


def _send_generating(queue: Queue, event: Event, output: dict[str, Any]) -> None:
    message = ProcessGeneratingMessage(output=output, success=True)
    _send_message(queue, event, message)


def _send_completed(
    queue: Queue, event: Event, engine: Engine, output: dict[str, Any]
) -> None:
    if event.fn.batch:  # as it is of a run of several
        output["is_generating"] = None
    message = ProcessCompletedMessage(
        output=output,
        success=True,
        used_cache="full",
        cache_duration=_duration(event),
        avg_time=mean_wait(event.fn, engine),
    )
    _send_message(queue, event, message)


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


async def _process(
    queue: Queue, event: Event, fn: BlockFunction, root: str
) -> dict[str, Any]:
    app, body = app_of(queue), body_of(event)
    body.event_id = event._id
    return await route_utils.call_process_api(
        app=app, body=body, gr_request=request_of(event), fn=fn, root_path=root
    )


async def _forget_iterator(queue: Queue, event: Event) -> None:
    iterators: dict[str, Any] = app_of(queue).iterators
    iterator = iterators.pop(event._id, None)
    if iterator is not None:
        await iterator.aclose()
