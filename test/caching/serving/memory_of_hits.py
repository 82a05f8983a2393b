"""Prints by how many bytes 10,000 hits make a process grow that does nothing else."""

from __future__ import annotations

import asyncio
import gc
import tracemalloc

import gradio as gr
from gradio.caching.serving import hooks
from gradio.caching.serving.queueing import analytics
from gradio.routes import App
from support.queued import REQUEST, body_of

FILES = ("*/gradio/*", "*/pydantic/*", "*/asyncio/*")
GRADIO = [tracemalloc.Filter(True, pattern) for pattern in FILES]


@gr.cache
def cached(text):
    return text


with gr.Blocks() as demo:
    given, out = gr.Textbox(), gr.Textbox()
    gr.Button().click(cached, given, out)
queue = demo.queue()._queue
queue.set_server_app(App.create_app(demo))


async def sum_up(queue) -> None:
    """Holds no copy of the figures, as what does so in a thread may just then."""


analytics._sum_up = sum_up


async def hit(number: int) -> None:
    session = f"session {number % 10}"
    body = body_of("a", session=session)
    taken, event_id, _ = await hooks.try_cache(queue, body, REQUEST, None, False)
    assert taken
    message = await queue.pending_messages_per_session[session].get()
    assert message.used_cache == "full"
    queue.pending_event_ids_session[session].remove(event_id)


def taken() -> int:
    """Finds the bytes that the code of Gradio holds, and what it awaits messages in."""
    gc.collect()
    snapshot = tracemalloc.take_snapshot().filter_traces(GRADIO)
    return sum(trace.size for trace in snapshot.traces)


async def growth(hits: int) -> int:
    before = taken()
    for number in range(hits):
        await hit(number)
    return taken() - before


async def main() -> int:
    await growth(2000)  # as many as are remembered
    return await growth(10_000)


if __name__ == "__main__":
    cached("a")
    tracemalloc.start()
    print(asyncio.run(main()))
