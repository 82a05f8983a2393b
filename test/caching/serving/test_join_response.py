import asyncio
import gc
import json

import fastapi
import pytest

from gradio.caching.serving.queueing import join_response
from gradio.caching.serving.queueing.join_response import (
    MEDIA_TYPE,
    MOST_BYTES,
    end,
    hold,
    is_held,
    joined,
    release,
    send,
    settle,
)
from gradio.server_messages import ProcessCompletedMessage, ProcessGeneratingMessage
from support.queued import SCOPE, Stub, event_of


class Queue:
    """The messages of one session, of which no stream is open."""

    def __init__(self):
        self.pending_messages_per_session = {"s": asyncio.Queue()}
        self.pending_event_ids_session = {"s": set()}

    def send_message(self, event, message):
        self.pending_messages_per_session["s"].put_nowait(message)


class Joining:
    """An event of a client that sends such a header, and the queue that it came to."""

    def __init__(self, accept=f"{MEDIA_TYPE}, */*"):
        self.queue, headers = Queue(), [(b"accept", accept.encode())]
        self.request = fastapi.Request({**SCOPE, "headers": headers})
        self.event = event_of(Stub(concurrency_id="c"), request=self.request)
        self.queue.pending_event_ids_session["s"].add(self.event._id)

    def hold(self):
        hold(self.queue, self.event)
        return is_held(self.event)

    def generate(self, data):
        message = ProcessGeneratingMessage(output={"data": data}, success=True)
        send(self.queue, self.event, message)

    def complete(self, data):
        message = ProcessCompletedMessage(output={"data": data}, success=True)
        send(self.queue, self.event, message)

    async def response(self):
        """The data of the messages in the response, None if there are none."""
        await settle(self.queue, self.event)
        answer = joined(self.request, self.event._id)
        if isinstance(answer, dict):
            assert answer == {"event_id": self.event._id}
            return None
        body = json.loads(answer.body)
        assert body["event_id"] == self.event._id
        return data_of(body["messages"])

    def streamed(self):
        """The data of the messages that the stream would bring."""
        messages = self.queue.pending_messages_per_session["s"]
        got = [messages.get_nowait() for _ in range(messages.qsize())]
        return data_of([message.model_dump() for message in got])

    @property
    def is_awaited(self):
        """Whether a stream stays open until the event is completed."""
        return self.event._id in self.queue.pending_event_ids_session["s"]


def data_of(messages):
    return [message["output"]["data"] for message in messages]


def joining(test):
    """Runs a test in an event loop, with a client that asks."""
    return lambda: asyncio.run(test(Joining()))


@pytest.mark.parametrize(
    ("accept", "asks"),
    [
        (MEDIA_TYPE, True),
        (f"text/html, {MEDIA_TYPE};q=0.5", True),
        ("", False),
        ("*/*", False),
        ("application/json", False),
    ],
)
def test_the_client_says_what_it_takes(accept, asks):
    async def main():
        assert Joining(accept).hold() is asks

    asyncio.run(main())


@joining
async def test_all_is_in_the_response_and_nothing_in_the_stream(event):
    assert event.hold()
    event.generate(1)
    event.complete(2)
    assert await event.response() == [1, 2]
    assert event.streamed() == []
    assert not event.is_awaited


@joining
async def test_what_is_not_kept_goes_to_the_stream_at_once(event):
    event.generate(1)
    assert event.streamed() == [1]
    assert await event.response() is None
    assert event.is_awaited


@joining
async def test_a_session_that_has_something_to_read_is_to_read_it_first(event):
    event.generate(1)
    assert not event.hold()


@joining
async def test_what_is_released_goes_to_the_stream_with_what_comes_after(event):
    event.hold()
    event.generate(1)
    release(event.queue, event.event)
    event.complete(2)
    assert event.streamed() == [1, 2]
    assert event.is_awaited
    assert await event.response() is None


def test_who_is_not_answered_soon_is_answered_over_the_stream(monkeypatch):
    @joining
    async def test(event):
        event.hold()
        event.generate(1)
        assert await event.response() is None
        event.complete(2)
        assert event.streamed() == [1, 2]
        assert event.is_awaited

    monkeypatch.setattr(join_response, "PATIENCE", 0)
    test()


@joining
async def test_up_to_a_size(event):
    event.hold()
    half = "x" * (MOST_BYTES // 2)
    event.generate(half)
    assert event.streamed() == []
    event.generate(half)
    assert event.streamed() == [half, half]
    event.complete(3)
    assert event.streamed() == [3]
    assert await event.response() is None


@joining
async def test_also_with_the_last_message(event):
    event.hold()
    event.complete("x" * MOST_BYTES)
    assert await event.response() is None
    assert len(event.streamed()) == 1
    assert event.is_awaited


@joining
async def test_the_stream_says_what_cannot_be_written(event):
    event.hold()
    event.complete("\ud800")
    assert event.streamed() == ["\ud800"]
    assert await event.response() is None


@joining
async def test_who_fails_or_is_cancelled_is_told_over_the_stream(event):
    event.hold()
    event.generate(1)
    error = ValueError()
    assert end(event.queue, event.event, error) is error
    assert event.streamed() == [1]
    assert event.is_awaited


@joining
async def test_who_was_told_all_does_not_fail_any_more(event):
    event.hold()
    event.complete(1)
    assert end(event.queue, event.event, ValueError("could not be stored")) is None
    assert await event.response() == [1]
    assert event.streamed() == []


@joining
async def test_an_event_whose_join_request_is_given_up_goes_on(event):
    event.hold()
    waiting = asyncio.ensure_future(settle(event.queue, event.event))
    await asyncio.sleep(0)
    waiting.cancel()
    await asyncio.wait({waiting})
    event.complete(1)
    assert event.streamed() == [1]


@joining
async def test_the_messages_are_written_as_in_a_stream(event):
    event.hold()
    event.complete({"NaN": float("nan"), "é": 1})
    await settle(event.queue, event.event)
    body = joined(event.request, event.event._id).body
    assert '"data":{"NaN":null,"é":1}' in body.decode()


def test_nothing_is_left_of_it():
    async def main():
        event = Joining()
        event.hold()
        event.complete(1)
        await event.response()
        return len(join_response._RESPONSES)

    gc.collect()
    before = len(join_response._RESPONSES)
    asyncio.run(main())
    gc.collect()
    assert len(join_response._RESPONSES) == before
