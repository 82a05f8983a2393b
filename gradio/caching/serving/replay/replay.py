"""Sends an event what a run of its function would have sent."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from gradio import route_utils
from gradio.caching.context.toasts import Toast
from gradio.caching.engine import Engine
from gradio.caching.entry import Entry
from gradio.caching.release.runs import add_to_history
from gradio.caching.serving.forms import CommonForm
from gradio.caching.serving.queueing.current import app_of
from gradio.caching.serving.queueing.events import body_of, request_of
from gradio.caching.serving.queueing.join_response import is_held
from gradio.caching.serving.queueing.join_response import send as send_message
from gradio.caching.serving.queueing.pace import pace_of
from gradio.caching.serving.queueing.sent_steps import advance, sent_steps_of
from gradio.caching.serving.repeatable import has_own_components
from gradio.caching.serving.replay.addresses import address_later, write_address
from gradio.caching.serving.replay.messages import (
    average_duration,
    completed,
    generating,
    output_of,
    toast_message,
    writer_of,
)
from gradio.caching.serving.replay.replay_listener import replay_listener
from gradio.caching.serving.replay.responses import StoredResponse

if TYPE_CHECKING:
    from gradio.block_function import BlockFunction
    from gradio.queueing import Event, Queue
    from gradio.server_messages import EventMessage

# So many messages are sent without letting others run.
_BURST = 16


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
    left = entry.toasts if has_own_components(queue, event) else ()
    if not left:
        _send_toasts(queue, event, entry.toasts)
    sent_steps_of(event).rewind()
    reader, write = _Reader(queue, event), writer_of(queue, event, response)
    *generated, last = response.media.steps
    for number, step in enumerate(generated, start=1):
        takes_step = await reader.takes_step()
        # While a client does not read, its session may get components of its own.
        if has_own_components(queue, event):
            break
        if takes_step:
            message = generating(output_of(event, write(step), True))
            _send_message(queue, event, message)
        if number % _BURST == 0:
            await asyncio.sleep(0)
    if has_own_components(queue, event):
        played = replay_listener(event.fn, engine, entry, ())
        await _replay_steps(queue, event, engine, played, left)
    else:
        output = output_of(event, write(last), False)
        _send_message(queue, event, completed(event, engine, output))
        add_to_history(queue, event, output["data"])


async def replay(
    queue: Queue,
    event: Event,
    engine: Engine,
    entry: Entry,
    arguments: Sequence[Any] = (),
) -> list[list[Any]]:
    """
    Makes an answer from a stored result, through Gradio's own processing, and sends it.
    Returns the `data` of each message; none if it is the session's alone.
    """
    form = CommonForm(queue, event)
    played = replay_listener(event.fn, engine, entry, arguments)
    steps = await _replay_steps(queue, event, engine, played, entry.toasts)
    return steps if form.check() else []


async def _replay_steps(
    queue: Queue,
    event: Event,
    engine: Engine,
    played: BlockFunction,
    toasts: Sequence[Toast],
) -> list[list[Any]]:
    sent_steps_of(event).rewind()
    root, reader, steps = address_later(queue, event), _Reader(queue, event), []
    try:
        output = await _process(queue, event, played, root)
        steps.append(output["data"])
        # Not before: what can't be shown is run instead, and shows them itself.
        _send_toasts(queue, event, toasts)
        while event.alive and output.get("is_generating"):
            if await reader.takes_step():
                _send_message(queue, event, generating(output))
            output = await _process(queue, event, played, root)
            steps.append(output["data"])
        output["average_duration"] = average_duration(event.fn)
        _send_message(queue, event, completed(event, engine, output))
    finally:
        await _forget_iterator(queue, event)
    return steps


def _send_toasts(queue: Queue, event: Event, toasts: Sequence[Toast]) -> None:
    for toast in toasts:
        send_message(queue, event, toast_message(toast))


def _send_message(queue: Queue, event: Event, message: EventMessage) -> None:
    if is_held(event):
        write_address(event, message)  # over the stream, the queue does
    send_message(queue, event, message)


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
