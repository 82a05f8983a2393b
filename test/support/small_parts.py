"""Has stores pack entries, split buckets and forget keys as soon as there are few."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from unittest import mock

from gradio.caching.stores import partition, resting


@contextmanager
def small_parts(recent: int = 3, at_once: int = 2) -> Iterator[None]:
    """Makes do with so many entries that are not packed."""
    with (
        mock.patch.multiple(partition, _MOST_RECENT=recent, _AT_ONCE=at_once),
        mock.patch.multiple(resting, _PER_BUCKET=2, _SLACK=2),
    ):
        yield
