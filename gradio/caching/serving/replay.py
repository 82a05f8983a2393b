"""Plays an entry back as if its function had run, through Gradio's own processing."""

from __future__ import annotations

import copy
import time
from collections.abc import AsyncIterator, Callable
from typing import TYPE_CHECKING, Any

from gradio import route_utils
from gradio.caching.engine import Engine
from gradio.caching.entry import Entry, Recording
from gradio.caching.serving.lookup import request_of
from gradio.server_messages import ProcessCompletedMessage, ProcessGeneratingMessage

if TYPE_CHECKING:
    from gradio.block_function import BlockFunction
    from gradio.queueing import Event, Queue


async def replay(queue: Queue, event: Event, engine: Engine, entry: Entry) -> None:
    """
    Sends an event all that a run would have sent.
    Parameters:
        queue: the queue that the event did not need to enter.
        event: the event.
        engine: the engine of its function.
        entry: what it gave when it ran.
    """
    stand_in = _stand_in(event.fn, engine, entry)
    try:
        output = await _process(queue, event, stand_in)
        while event.alive and output.get("is_generating"):
            message = ProcessGeneratingMessage(output=output, success=True)
            queue.send_message(event, message)
            output = await _process(queue, event, stand_in)
        queue.send_message(event, _completed(event, engine, output))
    finally:
        await _forget_iterator(queue, event)


def _completed(event: Event, engine: Engine, output: Any) -> ProcessCompletedMessage:
    return ProcessCompletedMessage(
        output=output,
        success=True,
        used_cache="full",
        cache_duration=time.monotonic() - event.enqueue_time,
        avg_time=engine.shelf.uncached.seconds,
    )


def _stand_in(fn: BlockFunction, engine: Engine, entry: Entry) -> BlockFunction:
    """A copy, so that its run counts in no average; it takes no input and needs no thread."""
    twin = copy.copy(fn)
    twin.fn = _player(engine, entry.value)
    twin.inputs = []
    twin.inputs_as_dict = False
    twin.component_prop_inputs = []
    return twin


def _player(engine: Engine, value: Any) -> Callable[[], Any]:
    async def play() -> Any:
        return engine.private(value)

    async def play_all() -> AsyncIterator[Any]:
        for item in value.yields:
            yield engine.private(item)

    return play_all if isinstance(value, Recording) else play


async def _process(queue: Queue, event: Event, fn: BlockFunction) -> dict[str, Any]:
    app, body = queue.server_app, event.data
    body.event_id = event._id
    root_path = route_utils.get_root_url(
        request=body.request,
        route_path=route_utils.get_api_call_path(request=body.request),
        root_path=app.root_path,
    )
    return await route_utils.call_process_api(
        app=app, body=body, gr_request=request_of(event), fn=fn, root_path=root_path
    )


async def _forget_iterator(queue: Queue, event: Event) -> None:
    iterator = queue.server_app.iterators.pop(event._id, None)
    if iterator is not None:
        await iterator.aclose()
