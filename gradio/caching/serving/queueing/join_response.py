"""
The messages of an event in the response to its join request, for clients that ask for
them there. They are those of a hit, or of a refusal.
"""

from __future__ import annotations

import asyncio
import weakref
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import orjson
from pydantic import TypeAdapter
from starlette.responses import Response

from gradio.caching.errors import log_failure_once
from gradio.caching.serving.queueing.events import header_of, http_request_of
from gradio.caching.serving.queueing.messages import send as send_over_stream
from gradio.caching.serving.queueing.messages import unread
from gradio.server_messages import ProcessCompletedMessage

if TYPE_CHECKING:
    import fastapi

    from gradio.queueing import Event, Queue
    from gradio.server_messages import EventMessage

# In `Accept`, a header that needs no leave of servers between an app and a page that
# embeds it.
MEDIA_TYPE = "application/vnd.gradio.messages+json"
MOST_BYTES = 1_000_000
# Seconds that a join request waits for its event to be answered, or not to be a hit.
PATIENCE = 0.05

_ASKING = MEDIA_TYPE.encode()
_ANY = TypeAdapter(Any)
_IN_SCOPE = "gradio.caching.messages"


@dataclass(slots=True, eq=False)
class _JoinResponse:
    """The messages so far, and as they are written."""

    settled: asyncio.Future[None]
    messages: list[EventMessage] = field(default_factory=list)
    written: list[bytes] = field(default_factory=list)
    size: int = 0
    is_complete: bool = False


_RESPONSES: weakref.WeakKeyDictionary[Event, _JoinResponse] = (
    weakref.WeakKeyDictionary()
)


def is_asked_for(queue: Queue, event: Event) -> bool:
    """
    Tells whether a client asks for an event's messages in its join response, and may
    have them there: what the session was sent before is to arrive before.
    """
    if unread(queue, event.session_hash):
        return False
    return _ASKING in header_of(http_request_of(event), b"accept")


def content_of(event: Event, messages: Iterable[Mapping[str, Any]]) -> bytes | None:
    """Writes what an event is sent, None if that is too much for its join response."""
    written = [_written(event, message) for message in messages]
    return b",".join(written) if sum(map(len, written)) <= MOST_BYTES else None


def answer(event: Event, content: bytes) -> None:
    """Puts all that an event is sent into its join response."""
    http_request_of(event).scope[_IN_SCOPE] = content


def hold(queue: Queue, event: Event) -> None:
    """
    Keeps what an event is sent for its join response, if its client asks for that. To
    be called before anything else happens in the session.
    """
    if not is_asked_for(queue, event):
        return
    # A stream that others have opened is not to stay open for it.
    queue.pending_event_ids_session[event.session_hash].discard(event._id)
    _RESPONSES[event] = _JoinResponse(asyncio.get_running_loop().create_future())


def is_held(event: Event) -> bool:
    """Tells whether what an event is sent is kept for its join response."""
    return event in _RESPONSES


def send(queue: Queue, event: Event, message: EventMessage) -> None:
    """Sends a message over the stream, unless it is kept."""
    if (response := _RESPONSES.get(event)) is None:
        send_over_stream(queue, event, message)
        return
    response.messages.append(message)
    try:
        _write(event, message, response)
    except (TypeError, ValueError):
        release(queue, event)  # the stream says what can't be written
    if response.size > MOST_BYTES:
        release(queue, event)


def release(queue: Queue, event: Event) -> None:
    """Sends what was kept over the stream, and what comes after, if it is not all."""
    response = _RESPONSES.get(event)
    if response is None or response.is_complete:
        return
    del _RESPONSES[event]
    ids = queue.pending_event_ids_session.setdefault(event.session_hash, set())
    ids.add(event._id)
    for message in response.messages:
        send_over_stream(queue, event, message)
    _settle(response)


def end(
    queue: Queue, event: Event, error: BaseException | None
) -> BaseException | None:
    """
    Keeps nothing more for an event whose answer has ended; returns what that failed
    with, unless the client was told all by then.
    """
    response = _RESPONSES.get(event)
    if response is None or not response.is_complete:
        release(queue, event)
        return error
    if error is not None:
        log_failure_once("storing an answer", error)
    return None


async def settle(queue: Queue, event: Event) -> None:
    """Waits, not for long, until it is known where an event's messages go."""
    if (response := _RESPONSES.get(event)) is None:
        return
    try:
        if not response.settled.done():
            await asyncio.wait({response.settled}, timeout=PATIENCE)
    finally:
        release(queue, event)
    if response.is_complete:
        answer(event, b",".join(response.written))


def joined(request: fastapi.Request, event_id: str) -> Any:
    """Makes what a join request is answered with."""
    if (messages := request.scope.get(_IN_SCOPE)) is None:
        return {"event_id": event_id}
    body = b'{"event_id":"%s","messages":[%s]}' % (event_id.encode(), messages)
    return Response(body, media_type="application/json")


def _written(event: Event, message: Mapping[str, Any]) -> bytes:
    """Writes what a message says as that is written to a stream."""
    # All of it is dumped by orjson, which is faster, but for what is not plain data.
    told = {**message, "event_id": event._id}
    return orjson.dumps(told, _dumped, orjson.OPT_PASSTHROUGH_DATACLASS)


def _dumped(part: Any) -> Any:
    dumped = _ANY.dump_python(part)
    return str(dumped) if type(dumped) is type(part) else dumped


def _write(event: Event, message: EventMessage, response: _JoinResponse) -> None:
    response.written.append(_written(event, message.model_dump()))
    response.size += len(response.written[-1])
    if isinstance(message, ProcessCompletedMessage):
        response.is_complete = response.size <= MOST_BYTES
        _settle(response)


def _settle(response: _JoinResponse) -> None:
    if not response.settled.done():
        response.settled.set_result(None)
