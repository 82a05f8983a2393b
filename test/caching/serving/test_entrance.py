"""What goes into the queue with an event, of all that was found out about it."""

import asyncio
from dataclasses import replace

import pytest

import gradio as gr
from gradio.caching.entry import MISS
from gradio.caching.keys import PRECOMPUTED_KEY, Call
from gradio.caching.serving.answers import CacheRequest
from gradio.caching.serving.entrance import Entrance
from gradio.caching.serving.follow.leaders import Leaders
from gradio.caching.serving.lookup.preprocessed import ByteBudget, preprocessed
from gradio.caching.serving.lookup.request_index import RequestIndex
from gradio.caching.serving.lookup.result import NOT_FOUND, WITHHELD, LookupResult
from gradio.caching.serving.queueing.arrival_order import ArrivalOrder
from gradio.caching.serving.queueing.new_events import early_event, whole_event
from gradio.caching.serving.queueing.registration import register
from gradio.caching.serving.queueing.wakeup import Wakeup
from gradio.caching.wrapping import engine_of
from support.queued import REQUEST, QueuedApp, body_of

DIGEST = b"what an equal request has as well"


class Door:
    """The entrance of an app, and the events that come to it."""

    def __init__(self, fn, max_size=None):
        self.queue = QueuedApp(fn, max_size=max_size).queue
        self.fn = self.queue.blocks.fns[0]
        self.engine = engine_of(self.fn.fn)
        self.leaders, self.index = Leaders(self.queue), RequestIndex()
        self.wakeup, self.budget = Wakeup(), ByteBudget()
        self.arrivals = ArrivalOrder()
        self.entrance = Entrance(
            self.queue, self.leaders, self.arrivals, self.wakeup, self.index
        )

    def request(self, digest=None):
        event = whole_event(early_event(body_of("a"), self.fn, REQUEST, None))
        asyncio.run(register(self.queue, event))
        return CacheRequest(event, self.engine, digest)

    def missed(self):
        """A look-up that has preprocessed, and found no entry."""
        call = Call(("a",))
        return LookupResult(
            key=self.engine.key_of(*call),
            entry=MISS,
            values={},
            inputs=list(call.args),
            reservation=self.budget.reserve(10),
            call=call,
        )

    def learned(self):
        """What is known of an equal request once the run of this one has made a key."""
        request = self.request(DIGEST)
        key = self.engine.key_of(("a",), {})

        async def main():
            self.entrance.enqueue(request, NOT_FOUND)
            run_with(request.event).record(self.engine.cache, key)
            await asyncio.sleep(0)

        asyncio.run(main())
        return key, self.index.get(DIGEST)


@pytest.fixture
def door(shout):
    return Door(shout)


def run_with(event):
    """The key that the run of an event has, when it asks for its inputs."""
    preprocessed(event.data.data)
    key = PRECOMPUTED_KEY.get()
    PRECOMPUTED_KEY.set(None)
    return key


def test_an_event_waits_as_one_that_others_may_follow(door):
    request, found = door.request(), door.missed()
    assert not door.entrance.holds(request.event)
    door.entrance.enqueue(request, found)
    assert door.entrance.holds(request.event)
    running = door.leaders.running(door.engine.cache, found.key)
    assert running.leader is request.event


def test_nobody_follows_an_event_that_has_no_key(door):
    request = door.request()
    door.entrance.enqueue(request, NOT_FOUND)
    assert door.entrance.holds(request.event)
    assert door.leaders.events == []


def test_the_queue_is_woken(door):
    request = door.request()

    async def main():
        sleep = asyncio.ensure_future(door.wakeup.wait(3600.0))
        await asyncio.sleep(0)
        door.entrance.enqueue(request, NOT_FOUND)
        await asyncio.wait_for(sleep, 30)

    asyncio.run(main())


def test_there_is_room_for_as_many_as_the_queue_may_hold(shout):
    def has_room(looked_up):
        door.arrivals.waiting = looked_up
        return door.entrance.has_room

    door = Door(shout, max_size=2)
    assert has_room(1)
    assert not has_room(2)
    door.entrance.enqueue(door.request(), NOT_FOUND)
    assert has_room(0)
    assert not has_room(1)


def test_the_run_is_handed_its_inputs_which_count_until_it_takes_them(door):
    request, found = door.request(), door.missed()
    with found:
        door.entrance.enqueue(request, found)
    assert door.budget.used == 10
    payload = request.event.data.data
    assert payload == ["a"]
    assert preprocessed(payload) is found.inputs
    assert door.budget.used == 0


def test_the_run_need_not_make_the_key_again(door):
    request, found = door.request(), door.missed()
    door.entrance.enqueue(request, found)
    key = run_with(request.event)
    assert key.claim(door.engine.cache, *found.call) == found.key


def test_inputs_without_a_key_are_handed_over_all_the_same(door):
    request, found = door.request(), replace(door.missed(), key=None)
    door.entrance.enqueue(request, found)
    assert run_with(request.event) is None
    assert request.event.data.data == ["a"]
    assert door.leaders.events == []


def test_a_key_that_would_hold_up_others_is_not_made_in_the_run_either(door):
    request = door.request(DIGEST)
    door.entrance.enqueue(request, WITHHELD)
    key = run_with(request.event)
    assert key.withholds(door.engine.cache)
    assert not key.withholds(door.engine.cache)


def test_a_key_that_only_the_run_could_make_is_known_for_equal_requests(door):
    key, known = door.learned()
    assert known.key == key


def test_a_session_s_values_are_known_as_they_were_in_the_run(door):
    given = door.fn.inputs[0]
    config = door.queue.blocks.state_holder["s"].config_values
    value = ["a"]
    config[given._id] = {"props": {"value": value}}
    _, known = door.learned()
    value.append("b")
    assert known.values == {given._id: ["a"]}
    assert known.size > 0


def test_nothing_is_learned_of_inputs_that_may_change_while_they_wait():
    @gr.cache
    def count(state):
        return len(state)

    door = Door(count)
    door.fn.inputs[:] = [gr.State([])]
    request = door.request(DIGEST)

    async def main():
        door.entrance.enqueue(request, NOT_FOUND)

    asyncio.run(main())
    assert run_with(request.event) is None


def test_nothing_is_learned_of_a_request_that_has_no_digest(door):
    request = door.request()
    door.entrance.enqueue(request, NOT_FOUND)
    assert run_with(request.event) is None


def test_a_run_that_outlasts_its_app_tells_it_nothing(door):
    request = door.request(DIGEST)

    async def main():
        door.entrance.enqueue(request, NOT_FOUND)

    asyncio.run(main())
    key = run_with(request.event)
    key.record(door.engine.cache, door.engine.key_of(("a",), {}))
    assert door.index.get(DIGEST) is None
