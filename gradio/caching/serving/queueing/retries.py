"""
Events that could not be answered from the cache. Most often the result is one that
Gradio can't show, with which a run fails as well: that is no failure of the cache.
"""

from __future__ import annotations

import traceback
import weakref
from typing import TYPE_CHECKING

from gradio.caching.errors import log_failure_once
from gradio.caching.serving.queueing.sent_steps import sent_steps_of
from gradio.server_messages import EventMessage, ProcessCompletedMessage

if TYPE_CHECKING:
    from gradio.queueing import Event

_FAILURES: weakref.WeakKeyDictionary[Event, BaseException] = weakref.WeakKeyDictionary()


def may_run(event: Event, error: BaseException) -> bool:
    """
    Finds out whether an event may run instead, as it was told nothing yet. If not, its
    error is printed, as Gradio prints that of a run.
    """
    if sent_steps_of(event).has_begun:
        traceback.print_exception(error)
        return False
    _FAILURES[event] = error
    return True


def judge(event: Event, message: EventMessage) -> None:
    """Logs why an event could not be answered, if its run does better."""
    if not isinstance(message, ProcessCompletedMessage):
        return
    error = _FAILURES.pop(event, None)
    if error is not None and message.success:
        log_failure_once("answering an event", error)
