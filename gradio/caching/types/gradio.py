"""
Gradio's components, and the data of its events. Imported with the first of them; what
counts of a request is said where callers are told apart.
"""

from __future__ import annotations

import copy as shallow
import functools
import inspect
from typing import Any

from gradio.blocks import Block
from gradio.caching.mentions import parts_with_files
from gradio.caching.portable import note_obstacle
from gradio.caching.types.key_writer import KeyWriter
from gradio.caching.types.registry import (
    Children,
    Cloning,
    Memo,
    clone,
    encode,
    for_subclasses,
)
from gradio.context import LocalContext
from gradio.events import EventData


@encode.register(Block)
def _(block: Block, out: KeyWriter) -> Children:
    """
    A component of the page is what it is, as the session and the app have changed it.
    One that a handler or a chat's history made counts by what it was constructed with.
    """
    if _is_of_page(block):
        note_obstacle("a component of the page")
        own = vars(block)
        return block._id, {n: own[n] for n in _parameters(type(block)) if n in own}
    return (block._constructor_args,)


@functools.lru_cache
def _parameters(kind: type) -> tuple[str, ...]:
    return tuple(inspect.signature(kind).parameters)


def _is_of_page(block: Block) -> bool:
    # One that a handler made may not have been set up at all.
    if not hasattr(block, "_id"):
        return False
    config = LocalContext.blocks_config.get(None)
    if block.is_rendered or config is None:
        return True
    # A session has its own of those that an event has changed.
    return config.blocks.get(block._id) is block


@clone.register(Block)
@for_subclasses
def _(block: Block, memo: Memo) -> Cloning:
    """
    A component of the page is what it is. A new one as a result is an update: what
    counts is what it was constructed with.
    """
    # One that a handler made has not been set up at all.
    if getattr(block, "is_rendered", False):
        return block
    copy = memo[id(block)] = shallow.copy(block)
    copy._constructor_args = yield block._constructor_args
    return copy


@parts_with_files.register(Block)
def _(block: Block) -> tuple[Any, ...]:
    """What a component of the page shows now is not part of a result."""
    return () if getattr(block, "is_rendered", False) else (block.constructor_args,)


@encode.register(EventData)
def _(data: EventData, out: KeyWriter) -> Children:
    return (data.target, data._data)
