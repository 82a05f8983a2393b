"""
How far an event has been told the steps of a stream, across changes of who runs it.
"""

from __future__ import annotations

import weakref
from typing import TYPE_CHECKING

from gradio.caching.serving.repeatable import has_own_components

if TYPE_CHECKING:
    from gradio.queueing import Event, Queue


class SentSteps:
    """
    Decides which steps an event is still to be sent. Steps are told as changes to the
    one before, so none may be sent twice.
    """

    __slots__ = ("_made", "_sent", "_stopped")

    def __init__(self) -> None:
        self._made = 0
        self._sent = 0
        self._stopped = False

    @property
    def has_begun(self) -> bool:
        """Whether the event was told a step."""
        return self._sent > 0

    def rewind(self) -> None:
        """To be called when the steps come from their beginning again."""
        self._made = 0

    @property
    def is_repeating(self) -> bool:
        """Whether the next step was told already."""
        return self._made < self._sent

    def advance(self, is_common: bool = True) -> bool:
        """
        Notes a step, and returns whether it is to be sent. Others are not of the form
        in which those before were told: no step can be told as a change to these any
        more.
        """
        self._made += 1
        if self._made <= self._sent:
            self._stopped |= not is_common
            return False
        self._sent = self._made
        return not self._stopped


_SENT: weakref.WeakKeyDictionary[Event, SentSteps] = weakref.WeakKeyDictionary()


def sent_steps_of(event: Event) -> SentSteps:
    """Finds how far an event that follows, or has followed, another was told."""
    return _SENT.setdefault(event, SentSteps())


def forget_steps(event: Event) -> None:
    """Forgets how far an event was told that has ended: Gradio may keep it for ever."""
    _SENT.pop(event, None)


def advance(queue: Queue, event: Event) -> bool:
    """Notes a step of an event, and returns False if it was told it, or can't be."""
    sent = _SENT.get(event)
    if sent is None:
        return True
    is_repeated = sent.is_repeating
    return sent.advance(not is_repeated or not has_own_components(queue, event))
