"""Recognises a repeated request by its raw payload, before anything is decoded."""

from __future__ import annotations

import marshal
from typing import TYPE_CHECKING, Any

from blake3 import blake3

from gradio.caching import files
from gradio.caching.engine import Engine
from gradio.caching.serving.lookup.components import read_by_preprocess
from gradio.caching.serving.lookup.file_notes import paths_of_files
from gradio.caching.serving.lookup.listeners import listener_of
from gradio.caching.serving.queueing.events import body_of
from gradio.caching.serving.queueing.run_context import accepts_file
from gradio.caching.serving.repeatable import has_own_components, variant_of

if TYPE_CHECKING:
    from gradio.block_function import BlockFunction
    from gradio.queueing import Event, Queue

# Builtins in their own binary form: exact for all that JSON can hold, NaN and large
# integers
# included, and without the references that later versions write.
_FORMAT = 2
# To look for more files than that takes longer than to decode the request.
_MOST_PATHS = 4096


def request_digest(queue: Queue, event: Event, engine: Engine) -> bytes | None:
    """
    Makes 32 bytes that are equal for requests which get the same answer; None if the
    answer may depend on more than the payload.
    """
    # A user's `key` is asked each time: it may look at the clock.
    if engine.keys.runs_user_code or has_own_components(queue, event):
        return None
    besides = _besides_payload(event.fn, engine)
    if besides is None:
        return None
    about = [
        variant_of(event),
        besides,
        event.session_hash if engine.cache.settings.per_session else None,
    ]
    if (stamps := _file_stamps(event)) is None:
        return None
    try:
        told = marshal.dumps([about, body_of(event).data, stamps], _FORMAT)
        return blake3(told).digest()
    except ValueError:
        return None


def _besides_payload(fn: BlockFunction, engine: Engine) -> list[Any] | None:
    """
    What the key of a request is made of besides its payload, None if that may change
    without being seen here.
    """
    if listener_of(fn).depends_on_request:
        return None
    try:
        read = [read_by_preprocess(block) for block in fn.inputs]
    except LookupError:
        return None
    besides = _besides_inputs(fn, engine)
    return None if besides is None else [read, besides]


def may_change(fn: BlockFunction, engine: Engine) -> bool:
    """Whether the run may belong elsewhere than was found out before it."""
    return not engine.keys.runs_user_code and _besides_inputs(fn, engine) is None


def _besides_inputs(fn: BlockFunction, engine: Engine) -> bytes | None:
    """
    Digests what the key of an event depends on besides its inputs; None if that may
    change before the event runs.
    """
    call = listener_of(fn).call
    return engine.keys.besides(call.args, dict(call.kwargs))


def _file_stamps(event: Event) -> list[Any] | None:
    """
    The stamps of all files that a payload names, None if there is more to see to. Texts
    are texts.
    """
    stamps: list[Any] = []
    for path in paths_of_files(body_of(event).data):
        if len(stamps) == _MOST_PATHS or not accepts_file(event, path):
            return None
        if (found := files.stamp(path)) is None:
            return None
        stamps.append([found.size, found.mtime_ns, found.ctime_ns, found.inode])
    return stamps
