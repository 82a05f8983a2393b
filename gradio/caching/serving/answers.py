"""A request that a cache may answer, and what is known to answer it: data alone."""

from __future__ import annotations

import asyncio
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from gradio.caching.engine import Engine
    from gradio.caching.entry import Entry
    from gradio.caching.keys import CacheKey
    from gradio.caching.serving.follow.broadcast import Broadcast
    from gradio.caching.serving.lookup.request_index import KnownRequest
    from gradio.caching.serving.queueing.arrival_order import Place
    from gradio.caching.serving.replay.responses import StoredResponse
    from gradio.queueing import Event


@dataclass(slots=True, eq=False)
class CacheRequest:
    """An event, with its place in the order of arrival while it is looked up."""

    event: Event
    engine: Engine
    digest: bytes | None = None
    is_digested: bool = False
    place: Place | None = None


@dataclass(frozen=True, slots=True)
class Hit:
    """
    A stored result: with the finished response of an equal event, or the arguments to
    make one with; and what a run would leave in the session, if it is not there yet.
    """

    key: CacheKey
    entry: Entry
    response: StoredResponse | None = None
    arguments: Sequence[Any] = ()
    values: Mapping[int, Any] | None = None


@dataclass(frozen=True, slots=True)
class Running:
    """Another event that computes the result, and what it leaves in the session."""

    broadcast: Broadcast
    values: Mapping[int, Any]


@dataclass(frozen=True, slots=True)
class Pending:
    """Others that come first; the place of an equal request that is looked up."""

    others: Collection[asyncio.Future[Any]] = ()
    equal: Place | None = None


@dataclass(frozen=True, slots=True)
class Unchecked:
    """A known request whose result names so many files that a thread looks at them."""

    known: KnownRequest


Answer = Hit | Running | Pending
"""What a request is answered by."""
Known = Answer | Unchecked
"""What is known of a request that is to be answered."""
