"""How Gradio's own types are keyed and copied."""

from __future__ import annotations

import copy
from collections.abc import Generator
from typing import Any

from gradio.blocks import Block
from gradio.caching.context.callers import parts_of
from gradio.caching.errors import UnkeyableError
from gradio.caching.hashing import Children, Stream, encode
from gradio.caching.mentions import parts_with_files
from gradio.caching.snapshot import copier
from gradio.caching.snapshot.registry import for_subclasses
from gradio.context import LocalContext
from gradio.events import EventData
from gradio.route_utils import Request


class UnsharedError(UnkeyableError):
    """
    The value belongs to a caller that can't be told from others, so nothing is shared.
    """


@encode.register(Block)
def _(block: Block, out: Stream) -> Children:  # noqa: ARG001
    """
    A component of the page is what it is. One that a handler or a chat's history made
    counts by what it was constructed with.
    """
    if _is_of_page(block):
        return (block._id,)
    return (block._constructor_args,)


def _is_of_page(block: Block) -> bool:
    # One that a handler made may not have been set up at all.
    if not hasattr(block, "_id"):
        return False
    config = LocalContext.blocks_config.get(None)
    if block.is_rendered or config is None:
        return True
    # A session has its own of those that an event has changed.
    return config.blocks.get(block._id) is block


@encode.register(EventData)
def _(data: EventData, out: Stream) -> Children:  # noqa: ARG001
    return (data.target, data._data)


@encode.register(Request)
def _(request: Request, out: Stream) -> Children:  # noqa: ARG001
    """
    By user and session, and by what the user may have changed since the last request.
    """
    if not (request.session_hash or request.username):
        raise UnsharedError("a gr.Request without a session")
    return (parts_of(request),)


@parts_with_files.register(Block)
def _(block: Block) -> tuple[Any, ...]:
    """What a component of the page shows now is not part of a result."""
    return () if getattr(block, "is_rendered", False) else (block.constructor_args,)


@copier.register(Block)
@for_subclasses
def _(block: Block, memo: dict[int, Any]) -> Generator[Any, Any, Block]:
    """
    A component of the page is what it is. A new one as a result is an update: what
    counts is what it was constructed with.
    """
    # One that a handler made has not been set up at all.
    if getattr(block, "is_rendered", False):
        return block
    twin = memo[id(block)] = copy.copy(block)
    twin._constructor_args = yield block._constructor_args
    return twin
