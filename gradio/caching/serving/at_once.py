"""
Answers requests in the responses to them: those that ask for that, when nothing need be
waited for. Of such an event nobody else learns, so it is not registered.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from gradio.caching.errors import fail_open
from gradio.caching.release.runs import add_to_history
from gradio.caching.serving.answers import CacheRequest, Hit
from gradio.caching.serving.known_answers import KnownAnswers
from gradio.caching.serving.queueing.analytics import Hits
from gradio.caching.serving.queueing.current import states_of
from gradio.caching.serving.queueing.join_response import (
    answer,
    content_of,
    is_asked_for,
)
from gradio.caching.serving.queueing.run_context import RunContext
from gradio.caching.serving.replay.hits import fits
from gradio.caching.serving.replay.messages import messages_of
from gradio.caching.serving.replay.session_values import SessionValues

if TYPE_CHECKING:
    from gradio.caching.serving.replay.stored_response import StoredResponse
    from gradio.queueing import Event, Queue


# More are made step by step, as others are to be answered in between.
_FEW_STEPS = 64


class AtOnce:
    """Answers requests of one queue that are known as they come. For one event loop."""

    def __init__(
        self,
        queue: Queue,
        context: RunContext,
        known: KnownAnswers,
        values: SessionValues,
        hits: Hits,
    ) -> None:
        self._queue = queue
        self._context = context
        self._known = known
        self._values = values
        self._hits = hits

    @fail_open(False)
    def answer(self, request: CacheRequest) -> bool:
        """Answers a request, or returns False: then nothing has happened."""
        event = request.event
        if not is_asked_for(self._queue, event):
            return False
        content = self._context.call(self._content, request)
        if content is None:
            return False
        self._hits.count(event)
        # Last: if any of this fails, another answer is to be given.
        answer(event, content)
        return True

    def _content(self, request: CacheRequest) -> bytes | None:
        event, engine = request.event, request.engine
        hit = self._known.at_arrival(request)
        if not isinstance(hit, Hit) or hit.response is None:
            return None
        if not _is_ready(event, hit, hit.response):
            return None
        given = (self._queue, event, engine, hit.entry, hit.response)
        messages, data = messages_of(*given)
        if (content := content_of(event, messages)) is not None:
            engine.count_hit(hit.entry)
            add_to_history(self._queue, event, data)
            self._values.add(states_of(self._queue), event.session_hash, hit.values)
        return content


def _is_ready(event: Event, hit: Hit, response: StoredResponse) -> bool:
    is_short = len(response.media.steps) <= _FEW_STEPS and fits(event, hit)
    return is_short and (hit.entry.life is None or hit.entry.life.is_fresh)
