import asyncio
import weakref
from types import SimpleNamespace

import pytest

import gradio as gr
from gradio.caching.context.sessions import EVENTS_WITH_HITS, SESSIONS
from gradio.caching.serving import hooks
from gradio.server_messages import ProcessCompletedMessage, ProcessStartsMessage
from support.queued import REQUEST, Stub, body_of


def app_of(fn, max_size=None, **listener):
    with gr.Blocks() as demo:
        given, out = gr.Textbox(), gr.Textbox()
        gr.Button().click(fn, given, out, **listener)
    return demo.queue(max_size=max_size)._queue


def admitted(queue, validated=False):
    """What the queue is told to answer, None if it is to go on by itself."""

    async def main():
        got = await hooks.try_cache(queue, body_of("a"), REQUEST, None, validated)
        hooks.on_client_left(queue, "s", None)
        await asyncio.sleep(0)
        return got

    return asyncio.run(main())


@gr.cache
def cached(text):
    return text


def plain(text):
    return text


def test_a_cached_function_s_event_is_received():
    queue = app_of(cached)
    taken, event_id, word = admitted(queue)
    assert taken
    assert word == "success"
    assert event_id in queue.pending_event_ids_session["s"]


@pytest.mark.parametrize(
    ("fn", "listener"),
    [
        (plain, {}),
        (cached, {"validator": lambda text: gr.validate(bool(text), "")}),
    ],
)
def test_any_other_goes_its_usual_way(fn, listener):
    queue = app_of(fn, **listener)
    assert admitted(queue) is None
    assert queue.pending_event_ids_session == {}


def test_an_event_that_streams_its_input_goes_its_usual_way():
    queue = app_of(cached)
    queue.blocks.fns[0].connection = "stream"
    assert admitted(queue) is None


def test_a_validated_event_is_received():
    queue = app_of(cached, validator=lambda text: gr.validate(bool(text), ""))
    assert admitted(queue, validated=True)[0]


def test_an_unknown_function_goes_its_usual_way():
    queue = app_of(cached)
    request = SimpleNamespace()
    answer = hooks.try_cache(queue, body_of("a", fn=99), request, None)
    assert asyncio.run(answer) is None


@pytest.mark.parametrize(
    ("fn", "waiting", "max_size", "full"),
    [
        (plain, 0, None, False),
        (plain, 0, 1, False),
        (plain, 1, 1, True),
        (cached, 1, 1, False),
        (cached, 1, None, False),
    ],
)
def test_a_full_queue_refuses_what_no_cache_could_answer(
    fn, waiting, max_size, full, monkeypatch
):
    queue = app_of(fn, max_size)
    monkeypatch.setattr(type(queue), "__len__", lambda _: waiting)
    assert hooks.is_full(queue, body_of("a")) is full


def test_the_end_of_a_session_forgets_events_that_are_in_no_queue():
    queue = app_of(cached)
    namespace = SESSIONS.namespace("s")
    queue.pending_event_ids_session["s"] = {"answered", "queued"}
    queue.event_ids_to_events["queued"] = object()
    hooks.on_session_ended(queue, "s")
    assert queue.pending_event_ids_session["s"] == {"queued"}
    assert namespace.ended


def test_sessions_and_events_that_nobody_knows():
    queue = app_of(cached)
    hooks.on_session_ended(queue, "unknown")
    hooks.on_client_left(queue, "unknown", "unknown")
    hooks.on_removed(queue, "unknown")
    assert hooks._observe(queue, object(), object())


def test_only_a_cancelled_run_can_have_been_dropped():
    queue = app_of(cached)

    async def main():
        _, event_id, _ = await hooks.try_cache(
            queue, body_of("a"), REQUEST, None, False
        )
        while event_id not in queue.event_ids_to_events:
            await asyncio.sleep(0)
        events = [queue.event_ids_to_events[event_id]]
        queue.active_jobs = [events]
        [line] = queue.event_queue_per_concurrency_id.values()
        line.current_concurrency = 1
        for run, left in ((asyncio.sleep(0), 1), (asyncio.sleep(3600), 0)):
            task = asyncio.ensure_future(run)
            hooks.on_run_started(queue, events, task)
            if left == 0:
                task.cancel()
            await asyncio.wait([task])
            await asyncio.sleep(0)
            assert line.current_concurrency == left
            assert (queue.active_jobs == [None]) == (left == 0)

    asyncio.run(main())


@pytest.fixture
def event():
    return Stub(run_time=0.5)


def completed(**fields):
    return ProcessCompletedMessage(output={}, **{"success": True, **fields})


def test_an_event_without_a_hit_is_told_nothing(event):
    message = completed()
    assert hooks.before_send(Stub(), event, message)
    assert message.used_cache is None


def test_an_event_with_a_hit_has_used_a_cache(event):
    EVENTS_WITH_HITS.add(event)
    message = completed()
    assert hooks.before_send(Stub(), event, message)
    assert (message.used_cache, message.cache_duration) == ("partial", 0.5)
    assert message.avg_time is None


def test_what_came_whole_from_the_cache_stays_so(event):
    EVENTS_WITH_HITS.add(event)
    message = completed(used_cache="full", cache_duration=0.1)
    hooks.before_send(Stub(), event, message)
    assert (message.used_cache, message.cache_duration) == ("full", 0.1)


def test_an_error_has_used_no_cache(event):
    EVENTS_WITH_HITS.add(event)
    message = completed(success=False)
    hooks.before_send(Stub(), event, message)
    assert message.used_cache is None


def test_other_messages_stay_as_they_are(event):
    EVENTS_WITH_HITS.add(event)
    message = ProcessStartsMessage(eta=1.0)
    before = message.model_dump()
    assert hooks.before_send(Stub(), event, message)
    assert message.model_dump() == before


def test_events_are_not_kept_for_it(event):
    EVENTS_WITH_HITS.add(event)
    gone = weakref.ref(event)
    assert event in EVENTS_WITH_HITS
    assert gone() in EVENTS_WITH_HITS
