"""
Whether a session is sent what all others are: its own components make another form of
the same result, and it may change them at any time.
"""

from __future__ import annotations

import weakref
from typing import TYPE_CHECKING, Any

from gradio.caching.serving.queueing.current import blocks_of, state_of
from gradio.caching.serving.repeatable import has_own_components

if TYPE_CHECKING:
    from gradio.queueing import Event, Queue

_inputs: weakref.WeakKeyDictionary[Event, list[Any]] = weakref.WeakKeyDictionary()


class CommonForm:
    """
    Watches whether an event is sent what every session would be. For one event loop.
    """

    def __init__(self, queue: Queue, event: Event) -> None:
        self._queue = queue
        self._event = event
        self._state: Any = None
        self.holds = True
        self.check()

    def check(self) -> bool:
        """Looks again; once the session had components of its own, it stays False."""
        state = state_of(self._queue, self._event.session_hash)
        # Of a state that is gone, nobody can tell what it was like in between.
        is_known = self._state is None or state is self._state
        self._state = state or self._state
        if not is_known or has_own_components(self._queue, self._event):
            self.holds = False
        return self.holds


def note_inputs(queue: Queue, event: Event) -> None:
    """Notes which components an event's inputs are preprocessed by when it arrives."""
    _inputs[event] = _input_blocks(queue, event)


def inputs_changed(queue: Queue, event: Event) -> bool:
    """Returns whether a run would preprocess by others; to be asked when it begins."""
    noted = _inputs.pop(event, None)
    if noted is None:
        return False
    now = _input_blocks(queue, event)
    return any(a is not b for a, b in zip(noted, now, strict=True))


def _input_blocks(queue: Queue, event: Event) -> list[Any]:
    state = state_of(queue, event.session_hash)
    blocks = (blocks_of(queue) if state is None else state.blocks_config).blocks
    return [blocks.get(block._id) for block in event.fn.inputs]
