"""Messages in a response are written as they are written to a stream."""

import asyncio
import collections
import dataclasses
import datetime
import enum
import json

import fastapi
import numpy as np
import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel

from gradio.caching.serving.queueing.join_response import (
    MEDIA_TYPE,
    content_of,
    hold,
    joined,
    send,
    settle,
)
from gradio.data_classes import FileData
from gradio.server_messages import (
    LogMessage,
    ProcessCompletedMessage,
    ProcessGeneratingMessage,
)
from support.queued import SCOPE, Stub, event_of


@dataclasses.dataclass
class Point:
    x: int
    _y: int = 2


class Color(enum.Enum):
    RED = "red"


class Own(BaseModel):
    point: Point
    inner: FileData | None = None


class Text(str):
    pass


class Odd:
    def __str__(self):
        return "odd"


EVENT = event_of(Stub(concurrency_id="c"))
Pair = collections.namedtuple("Pair", "a b")
FILE = FileData(path="a.png", meta={"_type": "gradio.FileData"})
PARTS = [
    *[Point(1), Color.RED, Own(point=Point(3), inner=FILE), FILE, Text("a"), Odd()],
    *[Pair(1, Point(2)), collections.Counter("aab"), collections.deque([1]), {1}],
    *[datetime.datetime(2020, 1, 2), np.float64(0.1), np.arange(2), b"a", (1, (2,))],
    *[collections.OrderedDict(a=Pair(1, 2)), float("nan"), 2**63, range(2), None],
]
PLAIN = st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.floats()
DATA = st.recursive(
    PLAIN | st.text() | st.sampled_from(PARTS),
    lambda parts: st.lists(parts) | st.dictionaries(st.text(), parts),
    max_leaves=8,
)


def hit(output):
    return ProcessCompletedMessage(output=output, success=True, used_cache="full")


def in_response(message):
    return content_of(EVENT, [vars(message)])


def in_stream(message):
    message.event_id = EVENT._id
    return orjson.dumps(message.model_dump(), default=str)


@given(st.lists(DATA), st.sampled_from([None, 0.5]))
def test_whatever_a_component_sends(data, seconds):
    output = {"data": data, "duration": seconds}
    for message in (hit(output), ProcessGeneratingMessage(output=output, success=True)):
        written = in_response(message)
        assert written == in_stream(message)
        assert list(json.loads(written)) == list(message.model_dump())


@pytest.mark.parametrize("part", PARTS, ids=lambda part: type(part).__name__)
def test_each_family_by_itself(part):
    message = hit({"data": [part]})
    assert in_response(message) == in_stream(message)


def test_a_toast():
    message = LogMessage(log="a", level="info", title="Info", duration=None)
    assert in_response(message) == in_stream(message)


def test_what_a_stream_can_t_send_is_not_written():
    message = hit({"data": [{1: 2}]})
    for write in (in_response, in_stream):
        with pytest.raises(TypeError):
            write(message)


def test_a_failure_that_is_held_names_no_more_than_in_a_stream():
    headers = [*SCOPE["headers"], (b"accept", MEDIA_TYPE.encode())]
    request = fastapi.Request({**SCOPE, "headers": headers})
    event = event_of(Stub(concurrency_id="c"), request=request)
    queue = Stub(
        pending_messages_per_session={}, pending_event_ids_session={"s": {event._id}}
    )
    message = ProcessCompletedMessage(output={"error": "no"}, success=False)

    async def held():
        hold(queue, event)
        send(queue, event, message)
        await settle(queue, event)
        return json.loads(joined(request, event._id).body)["messages"]

    [told] = asyncio.run(held())
    message.event_id = event._id
    assert told == json.loads(orjson.dumps(message.model_dump()))
