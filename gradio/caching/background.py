"""The context of what is computed ahead: the caller's, but part of nobody's call."""

from __future__ import annotations

from contextvars import Context, copy_context

from gradio.caching.context.sessions import leave_event
from gradio.caching.context.toasts import record_nothing
from gradio.caching.inflight.flights import lead_nothing
from gradio.caching.inflight.streams import running_streams
from gradio.caching.keys import PRECOMPUTED_KEY


def apart() -> Context:
    """
    Makes a context with the caller's variables, in which nothing is under way: what
    runs in it is waited for by none of those who wait for the caller.
    """
    context = copy_context()
    context.run(_leave)
    return context


def _leave() -> None:
    lead_nothing()
    running_streams.set(())
    record_nothing()
    leave_event()
    PRECOMPUTED_KEY.set(None)
