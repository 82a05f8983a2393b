"""What Gradio's own files import from its cache, in whose place this package is."""

from __future__ import annotations

from collections.abc import Generator
from contextlib import contextmanager, nullcontext

from gradio.caching.release.runs import HITS


class CacheMissError(Exception):
    """Raised by nobody: no run tries whether there is an entry."""


ProbeCache = nullcontext
"""Surrounds such a run, which is not made."""


@contextmanager
def TrackManualCacheUsage() -> Generator[None]:  # noqa: N802
    """Surrounds the call of an event's function, whose hits are noted."""
    token = HITS.set([])
    try:
        yield
    finally:
        HITS.reset(token)


def used_manual_cache() -> bool:
    """Tells whether a look-up has hit in the call: its time is not that of a run."""
    return bool(HITS.get())
