"""How Gradio's own types are keyed and copied."""

from __future__ import annotations

import copy
from collections.abc import Iterable
from typing import Any

from gradio.blocks import Block
from gradio.caching.errors import UnkeyableError
from gradio.caching.hashing import encode
from gradio.caching.snapshot import copier, snapshot
from gradio.events import EventData
from gradio.route_utils import Request

# What a transport sets anew on each request of the same client.
_TRANSPORT_HEADERS = frozenset(
    {"accept", "connection", "content-length", "content-type", "host", "keep-alive"}
)


class UnsharedError(UnkeyableError):
    """The value belongs to a caller that can't be told from others, so nothing is shared."""


@encode.register(Block)
def _(block: Block, out: Any) -> Iterable[Any]:
    out.tag("gradio.Block", type(block))
    return (block._id,)


@encode.register(EventData)
def _(data: EventData, out: Any) -> Iterable[Any]:
    out.tag("gradio.EventData", type(data))
    return (data.target, data._data)


@encode.register(Request)
def _(request: Request, out: Any) -> Iterable[Any]:
    """By user and session, and by what the user may have changed since the last request."""
    if not (request.session_hash or request.username):
        raise UnsharedError("a gr.Request without a session")
    out.tag("gradio.Request", type(request))
    headers = dict(getattr(request, "headers", None) or {})
    return (
        request.username,
        request.session_hash,
        {k: v for k, v in headers.items() if k.lower() not in _TRANSPORT_HEADERS},
        dict(getattr(request, "query_params", None) or {}),
        request.kwargs,
    )


@copier.register(Block)
def _(block: Block, memo: Any) -> Block:
    """A component as a result is an update: what counts is what it was constructed with."""
    twin = copy.copy(block)
    twin._constructor_args = snapshot(block._constructor_args)
    return twin
