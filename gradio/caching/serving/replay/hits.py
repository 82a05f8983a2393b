"""Sends an event what is stored, and stores what was sent."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Any

from gradio.caching.offload import is_light
from gradio.caching.serving.answers import CacheRequest, Hit
from gradio.caching.serving.queueing.join_response import MOST_BYTES, release
from gradio.caching.serving.repeatable import is_cacheable, streamed_outputs
from gradio.caching.serving.replay.replay import replay, send
from gradio.caching.serving.replay.responses import store, values_left

if TYPE_CHECKING:
    from gradio.queueing import Event, Queue


async def send_hit(
    queue: Queue,
    request: CacheRequest,
    hit: Hit,
    call_off_loop: Callable[..., Awaitable[Any]],
) -> None:
    """Sends a stored response, or makes one of the stored result and stores it."""
    event, engine = request.event, request.engine
    if not fits(event, hit):
        release(queue, event)
    engine.count_hit(hit.entry)
    if hit.response is not None:
        await send(queue, event, engine, hit.entry, hit.response)
        return
    steps = await replay(queue, event, engine, hit.entry, hit.arguments)
    if not event.alive or not is_cacheable(event.fn, steps):
        return
    # Now: in the meantime, another event of the session may change them.
    left = values_left(queue, event)
    sent = (queue, event, engine, hit.key, steps, left, hit.entry)
    if is_light(*steps):
        store(*sent)
    else:
        await call_off_loop(store, *sent)


def fits(event: Event, hit: Hit) -> bool:
    """Tells whether an answer seems to fit in a response, and opens no stream."""
    sent = hit.entry if hit.response is None else hit.response
    return sent.size <= MOST_BYTES and not streamed_outputs(event.fn)
