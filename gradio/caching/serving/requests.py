"""Recognises a repeated request by its raw payload, before anything is decoded."""

from __future__ import annotations

import functools
import marshal
import weakref
from typing import TYPE_CHECKING, Any

from blake3 import blake3

from gradio.caching import files
from gradio.caching.engine import Engine
from gradio.caching.identity import INSTANCES
from gradio.caching.scope.parameters import depends_on_caller
from gradio.caching.serving.events import body_of
from gradio.caching.serving.file_notes import paths_of_files
from gradio.caching.serving.run_context import accepts_file
from gradio.components import DateTime

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
    Parameters:
        queue: the queue that the event would enter.
        event: the event.
        engine: the engine of its function.
    Returns:
        32 bytes that are equal for requests which get the same answer; None if the
        answer may depend on more than the payload.
    """
    # A user's `key` is asked each time: it may look at the clock.
    if engine.keys.runs_user_code or has_own_components(queue, event):
        return None
    if not _is_function_of_payload(event.fn):
        return None
    body = body_of(event)
    about = [
        view_of(event),
        event.session_hash if engine.shelf.settings.per_session else None,
        [body.event_data, body.trigger_id] if event.fn.collects_event_data else None,
    ]
    try:
        payload = marshal.dumps([about, body.data], _FORMAT)
    except ValueError:
        return None
    stamps = _file_stamps(body.data)
    if stamps is None:
        return None
    return blake3(payload + marshal.dumps(stamps, _FORMAT)).digest()


def view_of(event: Event) -> tuple[Any, ...]:
    """
    Return what the form of an event's answer depends on besides the result: the
    listener with its components, and the format. Addresses are written when it is sent.
    """
    return INSTANCES.of(event.fn), body_of(event).simple_format


def has_own_components(queue: Queue, event: Event) -> bool:
    """
    Parameters:
        queue: the queue of the app.
        event: an event.
    Returns:
        True if the session has changed a component of the event, for example by an
        update of its choices, or if the components are the session's own.
    """
    if event.fn.rendered_in is not None:
        return True
    state = queue.blocks.state_holder.session_data.get(event.session_hash)
    if state is None:
        return False
    mine, common = state.blocks_config.blocks, queue.blocks.blocks
    blocks = (*event.fn.inputs, *event.fn.outputs)
    return any(mine.get(b._id) is not common.get(b._id) for b in blocks)


def is_repeatable(block: Any, step: str) -> bool:
    """
    Parameters:
        block: a component.
        step: "preprocess" or "postprocess".
    Returns:
        False if the step may make something else of the same value next time: a
        component from elsewhere may look at anything, and one of Gradio's at the clock.
    """
    method = getattr(type(block), step, None)
    is_gradio_s = getattr(method, "__module__", "").startswith("gradio.")
    return is_gradio_s and not (step == "preprocess" and isinstance(block, DateTime))


def _is_function_of_payload(fn: BlockFunction) -> bool:
    if any(block.stateful for block in fn.inputs):
        return False
    if not all(is_repeatable(block, "preprocess") for block in fn.inputs):
        return False
    return not _depends_on_caller(weakref.ref(getattr(fn.fn, "__func__", fn.fn)))


@functools.lru_cache(maxsize=1024)
def _depends_on_caller(fn: weakref.ref[Any]) -> bool:
    function = fn()
    return function is None or depends_on_caller(function)


def _file_stamps(payload: list[Any]) -> list[Any] | None:
    """
    The stamps of all files that a payload names, None if there is more to see to. Texts
    are texts.
    """
    stamps: list[Any] = []
    for path in paths_of_files(payload):
        if len(stamps) == _MOST_PATHS or not accepts_file(path):
            return None
        if (found := files.stamp(path)) is None:
            return None
        stamps.append([found.size, found.mtime_ns, found.ctime_ns, found.inode])
    return stamps
