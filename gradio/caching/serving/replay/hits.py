"""Sends an event what is stored, and stores what was sent."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Any

from gradio.caching.offload import is_light
from gradio.caching.serving.answers import CacheRequest, Hit
from gradio.caching.serving.queueing.join_response import MOST_BYTES, is_held, release
from gradio.caching.serving.repeatable import is_cacheable, streamed_outputs
from gradio.caching.serving.replay.replay import BURST, replay, send, send_at_once
from gradio.caching.serving.replay.responses import store, values_left

if TYPE_CHECKING:
    from gradio.queueing import Event, Queue


async def send_hit(
    queue: Queue,
    request: CacheRequest,
    hit: Hit,
    call_off_loop: Callable[..., Awaitable[Any]],
) -> None:
    """Sends a stored response, or make one of the stored result and store it."""
    event, engine = request.event, request.engine
    if not _fits(event, hit):
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


def is_ready(event: Event, hit: Hit) -> bool:
    """Tells whether nothing is to be waited for while an answer is sent."""
    if hit.response is None or len(hit.response.media.steps) > BURST:
        return False
    life = hit.entry.life
    return is_held(event) and _fits(event, hit) and (life is None or life.is_fresh)


def send_ready(queue: Queue, request: CacheRequest, hit: Hit) -> None:
    """Sends a stored response that is ready."""
    event, engine = request.event, request.engine
    assert hit.response is not None
    engine.count_hit(hit.entry)
    send_at_once(queue, event, engine, hit.entry, hit.response)


def _fits(event: Event, hit: Hit) -> bool:
    """Tells whether an answer seems to fit in a response, and opens no stream."""
    sent = hit.entry if hit.response is None else hit.response
    return sent.size <= MOST_BYTES and not streamed_outputs(event.fn)
