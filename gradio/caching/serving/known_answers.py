"""Decides what answers a request, without doing anything about it."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from gradio.caching.engine import if_valid
from gradio.caching.entry import Entry, Miss
from gradio.caching.keys import CacheKey
from gradio.caching.serving.answers import (
    CacheRequest,
    Hit,
    Known,
    Pending,
    Running,
    Unchecked,
)
from gradio.caching.serving.follow.elsewhere import Elsewhere
from gradio.caching.serving.follow.leaders import Leaders
from gradio.caching.serving.lookup.equals import EqualRequests
from gradio.caching.serving.lookup.lookup import Lookups
from gradio.caching.serving.lookup.request_digest import request_digest
from gradio.caching.serving.lookup.request_index import KnownRequest, RequestIndex
from gradio.caching.serving.lookup.result import LookupResult
from gradio.caching.serving.lookup.weighing import is_recognised_quickly
from gradio.caching.serving.queueing.run_context import RunContext
from gradio.caching.serving.replay.responses import (
    StoredResponse,
    load_with_entry,
    names_many_files,
    with_response,
)
from gradio.caching.serving.replay.responses_behind import may_be_shown, shown_to

if TYPE_CHECKING:
    from gradio.queueing import Queue


class KnownAnswers:
    """What is known to answer the requests of one queue. For one event loop."""

    def __init__(
        self,
        queue: Queue,
        context: RunContext,
        lookups: Lookups,
        leaders: Leaders,
        elsewhere: Elsewhere,
    ) -> None:
        self._queue = queue
        self._context = context
        self._lookups = lookups
        self._leaders = leaders
        self._elsewhere = elsewhere
        self.index = RequestIndex()
        self.equals = EqualRequests()

    def at_arrival(self, request: CacheRequest) -> Known | None:
        """
        Tells what answers a request; of one whose digest takes a thread, nothing. To be
        called in the context of a run.
        """
        if not request.is_digested:
            if not is_recognised_quickly(request.event):
                return None
            request.digest = request_digest(self._queue, request.event, request.engine)
            request.is_digested = True
        return self.from_equals(request)

    async def from_digest(self, request: CacheRequest) -> Known | None:
        """Tells what answers a request of which `at_arrival` made no digest."""
        if request.is_digested:
            return None
        request.digest = await self._lookups.call_off_loop(
            request_digest, self._queue, request.event, request.engine
        )
        request.is_digested = True
        return self.from_equals(request)

    async def soon(self, request: CacheRequest, patience: float) -> Known | None:
        """Tells what answers a request that must not wait, if that is found soon."""

        async def find() -> Known | None:
            if (answer := await self.from_digest(request)) is not None:
                return answer
            find = self._lookups.find(request.event, request.engine, may_lead=False)
            with await find as found:
                return self.from_content(request, found)

        finding = self._context.start(find())
        await asyncio.wait({finding}, timeout=patience)
        if finding.done():
            return finding.result()
        finding.cancel()
        return None

    def from_equals(self, request: CacheRequest) -> Known | None:
        """Tells what answers a request by what those with the same digest told."""
        if (first := self.equals.first(request.digest)) is not None:
            return Pending(equal=first)
        if (known := self.index.get(request.digest)) is None:
            return None
        store = request.engine.cache.store
        entry = store.get(known.key.namespace, known.key.digest)
        if names_many_files(entry):
            return Unchecked(known)
        stored = with_response(request.event, if_valid(entry))
        return self._from_stored(request, known, *stored)

    async def from_files(
        self, request: CacheRequest, known: KnownRequest
    ) -> Hit | Running | Pending | None:
        """Tells what answers a known request, once a thread has looked at its files."""
        stored = await self._lookups.call_off_loop(
            load_with_entry, request.event, request.engine, known.key
        )
        return self._from_stored(request, known, *stored)

    def from_content(
        self, request: CacheRequest, found: LookupResult
    ) -> Hit | Running | Pending | None:
        """Tells what answers a request that was looked up; notes it for its equals."""
        if found.key is None:
            return None
        known = KnownRequest(found.key, found.values, found.values_size)
        if isinstance(found.entry, Entry) and found.response is not None:
            return self._from_behind(request, known, found.entry, found.response)
        self.index.add(request.digest, known)
        if isinstance(found.entry, Entry):
            return Hit(found.key, found.entry, arguments=found.arguments)
        return self._from_run(request, found.key, found.values)

    def _from_behind(
        self,
        request: CacheRequest,
        known: KnownRequest,
        entry: Entry,
        response: StoredResponse,
    ) -> Hit:
        """Holds what was read for the equals of a request, as memory has it not."""
        if (shown := shown_to(request.event, entry, response)) is not None:
            size = (known.size or 0) + response.size
            known = replace(known, shown=shown, size=size)
        self.index.add(request.digest, known)
        return Hit(known.key, entry, response, values=response.values)

    def _from_stored(
        self,
        request: CacheRequest,
        known: KnownRequest,
        entry: Entry | Miss,
        response: StoredResponse | None,
    ) -> Hit | Running | Pending | None:
        if not isinstance(entry, Entry):
            shown, asked = known.shown, (self._queue, request.event, request.engine)
            if shown is None or not may_be_shown(*asked, known.key, shown):
                return self._from_run(request, known.key, known.values)
            entry, response = shown.entry, shown.response
        left = {} if response is None else response.values
        values = {**known.values, **left}
        return Hit(known.key, entry, response, values=values)

    def _from_run(
        self, request: CacheRequest, key: CacheKey, values: Mapping[int, Any]
    ) -> Running | Pending | None:
        broadcast = self._leaders.running(request.engine.cache, key)
        if broadcast is not None:
            return Running(broadcast, values)
        wait = self._elsewhere.wait_for(request.engine.cache, key)
        return None if wait is None else Pending({wait})
