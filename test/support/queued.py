"""Events, and an app whose queue is never worked off."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import fastapi

import gradio as gr
from gradio.caching.serving import hooks
from gradio.data_classes import PredictBodyInternal
from gradio.queueing import Event
from gradio.routes import App
from gradio.server_messages import ProcessCompletedMessage

SCOPE = {
    "type": "http",
    "scheme": "http",
    "path": "/gradio_api/queue/join",
    "root_path": "",
    "query_string": b"",
    "headers": [(b"host", b"localhost")],
}
REQUEST = fastapi.Request(SCOPE)


class Stub(SimpleNamespace):
    """Stands for what is told apart by its identity, as Gradio's events are."""

    __hash__ = object.__hash__
    data = None


def body_of(*data: Any, session: str = "s", fn: int = 0, **more: Any) -> Any:
    return PredictBodyInternal(
        data=list(data), fn_index=fn, session_hash=session, **more
    )


def event_of(
    fn: Any, *data: Any, session: str = "s", request: Any = REQUEST, **body: Any
) -> Event:
    """An event of a listener that nobody has sent."""
    event = Event(session, fn, request, None)
    event.data = body_of(*data, session=session, **body)
    event.data.request = request
    return event


class QueuedApp:
    """An app whose events are received, but not run unless a test says so."""

    def __init__(self, *fns: Callable[..., Any], max_size: int | None = None) -> None:
        with gr.Blocks() as demo:
            given, out = gr.Textbox(), gr.Textbox()
            for fn in fns:
                gr.Button().click(fn, given, out, concurrency_id="one queue")
        self.queue = demo.queue(max_size=max_size)._queue
        self.queue.set_server_app(App.create_app(demo))

    async def receive(self, text: str, session: str, fn: int = 0) -> Any:
        body = body_of(text, session=session, fn=fn)
        answer = await hooks.try_cache(self.queue, body, REQUEST, None, False)
        taken, event_id, _ = answer
        return event_id if taken else None

    async def enqueued(self, event_id: str) -> Event:
        """The event, when it waits in the queue."""
        assert event_id, "the queue was full"
        while event_id not in self.queue.event_ids_to_events:
            await asyncio.sleep(0)
        return self.queue.event_ids_to_events[event_id]

    def run(self, event: Event) -> None:
        """What the queue does with an event, at once."""
        self.waiting.remove(event)
        output = {"data": [event.fn.fn(*event.data.data)]}
        message = ProcessCompletedMessage(output=output, success=True)
        self.queue.send_message(event, message)
        self.end(event)

    def end(self, event: Event) -> None:
        """What the queue does with an event whose run has ended, however."""
        run = asyncio.get_running_loop().create_future()
        hooks.on_run_started(self.queue, [event], run)
        run.set_result(None)

    async def answer(self, session: str) -> ProcessCompletedMessage:
        messages = self.queue.pending_messages_per_session[session]
        while True:
            message = await asyncio.wait_for(messages.get(), 30)
            if isinstance(message, ProcessCompletedMessage):
                return message

    @property
    def waiting(self) -> list[Event]:
        [events] = self.queue.event_queue_per_concurrency_id.values()
        return events.queue
