"""
How far an event has been told the steps of a stream, across changes of who runs it.
"""

from __future__ import annotations

import weakref
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from gradio.queueing import Event


class Progress:
    """
    Decides which steps an event is still to be sent. Steps are told as changes to the
    one before, so none may be sent twice.
    """

    __slots__ = ("_made", "_sent")

    def __init__(self) -> None:
        self._made = 0
        self._sent = 0

    @property
    def has_begun(self) -> bool:
        """Whether the event was told a step."""
        return self._sent > 0

    def start_over(self) -> None:
        """To be called when the steps come from their beginning again."""
        self._made = 0

    def is_news(self) -> bool:
        """
        To be called for each step.
        Returns:
            False if the event has been sent it already.
        """
        self._made += 1
        if self._made <= self._sent:
            return False
        self._sent = self._made
        return True


_PROGRESS: weakref.WeakKeyDictionary[Event, Progress] = weakref.WeakKeyDictionary()


def progress_of(event: Event) -> Progress:
    """
    Parameters:
        event: an event that follows, or has followed, another.
    Returns:
        How far it was told.
    """
    return _PROGRESS.setdefault(event, Progress())
