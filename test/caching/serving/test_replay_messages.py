"""The messages of an answer, beside those that Gradio makes of the same run."""

import time
from types import SimpleNamespace

import pytest

from gradio.caching.context.toasts import Toast
from gradio.caching.entry import Entry
from gradio.caching.function_cache import FunctionCache
from gradio.caching.serving.replay.media import Media
from gradio.caching.serving.replay.messages import (
    average_duration,
    messages_of,
    toast_message,
)
from gradio.caching.serving.replay.stored_response import StoredResponse
from gradio.caching.settings import Settings
from gradio.caching.stores.memory import MemoryStore
from support.queued import Stub


@pytest.fixture
def engine():
    cache = FunctionCache(Settings(1, None, False), MemoryStore(1))
    cache.uncached.add(1.5)
    return SimpleNamespace(cache=cache)


def made(engine, *steps, toasts=(), batch=False):
    fn = Stub(total_runs=2, total_runtime=3.0, rendered_in=None, batch=batch)
    event = Stub(fn=fn, enqueue_time=time.monotonic(), session_hash="s")
    queue = Stub(blocks=Stub(state_holder=SimpleNamespace(blocks=Stub())))
    response = StoredResponse(Media(tuple(steps)), {}, frozenset(), (), 0)
    entry = Entry(None, 0, toasts=toasts)
    messages, data = messages_of(queue, event, engine, entry, response)
    return [SimpleNamespace(**message) for message in messages], data


def test_toasts_steps_and_the_end_come_in_this_order(engine):
    toast = Toast("hello", "Info", "info", 10, True)
    messages, data = made(engine, [1], [2], [3], toasts=(toast,))
    assert [m.msg.value for m in messages] == [
        "log",
        "process_generating",
        "process_generating",
        "process_completed",
    ]
    assert [m.output["data"] for m in messages[1:]] == [[1], [2], [3]]
    assert data == [3]


def test_the_last_says_what_was_saved(engine):
    [message], _ = made(engine, ["a"])
    assert (message.used_cache, message.avg_time) == ("full", 1.5)
    assert message.output["average_duration"] == 1.5
    assert message.output["is_generating"] is False


def test_of_a_batch_nothing_is_generated(engine):
    [message], _ = made(engine, ["a"], batch=True)
    assert message.output["is_generating"] is None


def test_a_toast_is_shown_as_it_was():
    shown = toast_message(Toast("hello", "Title", "warning", None, False))
    assert (shown.log, shown.title, shown.level) == ("hello", "Title", "warning")
    assert (shown.duration, shown.visible) == (None, False)


def test_before_the_first_run_nothing_is_known_of_their_mean():
    assert average_duration(Stub(total_runs=0, total_runtime=0.0)) == 0.0
