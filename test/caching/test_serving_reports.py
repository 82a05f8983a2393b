import weakref
from types import SimpleNamespace

import pytest

from gradio.caching.context.sessions import EVENTS_WITH_HITS
from gradio.caching.serving.hooks import before_send
from gradio.server_messages import ProcessCompletedMessage, ProcessStartsMessage


class Queue:
    """A queue that nothing was received for."""


class Event(SimpleNamespace):
    __hash__ = object.__hash__


@pytest.fixture
def event():
    return Event(run_time=0.5)


def completed(**fields):
    return ProcessCompletedMessage(output={}, **{"success": True, **fields})


def test_an_event_without_a_hit_is_told_nothing(event):
    message = completed()
    assert before_send(Queue(), event, message)
    assert message.used_cache is None


def test_an_event_with_a_hit_has_used_a_cache(event):
    EVENTS_WITH_HITS.add(event)
    message = completed()
    assert before_send(Queue(), event, message)
    assert (message.used_cache, message.cache_duration) == ("partial", 0.5)
    assert message.avg_time is None


def test_what_came_whole_from_the_cache_stays_so(event):
    EVENTS_WITH_HITS.add(event)
    message = completed(used_cache="full", cache_duration=0.1)
    before_send(Queue(), event, message)
    assert (message.used_cache, message.cache_duration) == ("full", 0.1)


def test_an_error_has_used_no_cache(event):
    EVENTS_WITH_HITS.add(event)
    message = completed(success=False)
    before_send(Queue(), event, message)
    assert message.used_cache is None


def test_other_messages_stay_as_they_are(event):
    EVENTS_WITH_HITS.add(event)
    message = ProcessStartsMessage(eta=1.0)
    before = message.model_dump()
    assert before_send(Queue(), event, message)
    assert message.model_dump() == before


def test_events_are_not_kept_for_it(event):
    EVENTS_WITH_HITS.add(event)
    gone = weakref.ref(event)
    assert event in EVENTS_WITH_HITS
    assert gone() in EVENTS_WITH_HITS
