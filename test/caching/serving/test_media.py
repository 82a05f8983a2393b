import asyncio
import operator
from collections import defaultdict
from types import SimpleNamespace

import pytest

import gradio as gr
from gradio.caching.entry import Recording
from gradio.caching.release.runs import holds_all
from gradio.caching.serving.replay.media import capture_streams, open_streams
from gradio.caching.sizing import size_of
from gradio.route_utils import MediaStream

SOUND = Recording(("one", None, "two"))
# Where the names of runs come again, it is the count that tells whose chunks they are.
counting = pytest.mark.skipif(
    holds_all(MediaStream(), 1), reason="the name of a run never comes again"
)


class Blocks:
    def __init__(self, capacity=10):
        self.pending_streams = defaultdict(dict)
        self.state_holder = SimpleNamespace(capacity=capacity)


def listener(*outputs, streams=True):
    return SimpleNamespace(outputs=outputs, types_generator=streams)


def event_of(fn, session="mine"):
    return SimpleNamespace(session_hash=session, fn=fn)


def file_of(session, run, output):
    path = f"{session}/{run}/{output._id}/playlist.m3u8"
    return {"path": path, "url": f"http://host/stream/{path}", "is_stream": True}


def serve(blocks, event, output, run=140_000_000, chunks=2, ended=True):
    """Serves a stream as Gradio does, and returns the steps that tell of it."""
    stream = MediaStream(desired_output_format="wav")
    for i in range(chunks):
        chunk = {"data": bytes([i]) * 1000, "duration": 0.5, "extension": ".aac"}
        asyncio.run(stream.add_segment(chunk))
    if ended:
        stream.end_stream()
    blocks.pending_streams[event.session_hash][run] = {output._id: stream}
    file = file_of(event.session_hash, run, output)
    return [[file], [[["replace", ["url"], file["url"]]]], [[]], [file]]


def captured_of(blocks, session="mine", value=SOUND, **stream):
    audio = gr.Audio(streaming=True)
    event = event_of(listener(audio), session)
    steps = serve(blocks, event, audio, **stream)
    return event, audio, capture_streams(blocks, event, value, steps)


def runs(blocks, session):
    return blocks.pending_streams[session]


def test_other_answers_stay_as_they_are():
    blocks, event = Blocks(), event_of(listener(gr.Textbox()))
    media = capture_streams(blocks, event, "anything", [["a"], ["b"]])
    assert media is not None
    assert list(map(open_streams(blocks, event, media), media.steps)) == [["a"], ["b"]]
    assert not blocks.pending_streams


def test_each_answer_has_an_address_of_its_own():
    blocks = Blocks()
    event, audio, media = captured_of(blocks)
    other = event_of(event.fn, "other")
    first, change, nothing, last = map(open_streams(blocks, other, media), media.steps)
    (run,) = runs(blocks, "other")
    assert first == last == [file_of("other", run, audio)]
    assert change == [[["replace", ["url"], first[0]["url"]]]]
    assert nothing == [[]]
    assert open_streams(blocks, other, media)(media.steps[0]) != first
    assert len(runs(blocks, "other")) == 2


def test_it_serves_the_same_chunks_to_their_end():
    blocks = Blocks()
    event, audio, media = captured_of(blocks)
    open_streams(blocks, event_of(event.fn, "other"), media)
    (original,) = runs(blocks, "mine").values()
    (twin,) = runs(blocks, "other").values()
    mine, theirs = original[audio._id], twin[audio._id]
    assert theirs.ended
    assert len(mine.segments) == 2
    assert all(map(operator.is_, mine.segments, theirs.segments))
    assert len(theirs.segments) == 2
    assert theirs.max_duration == mine.max_duration
    assert theirs.desired_output_format == "wav"


def test_downloads_are_made_for_each():
    blocks = Blocks()
    event, audio, media = captured_of(blocks)
    streams = []
    for session in ("one", "two"):
        open_streams(blocks, event_of(event.fn, session), media)
        streams += [s[audio._id] for s in runs(blocks, session).values()]
    streams[0].combined_file = "a file"
    assert streams[1].combined_file is None


def test_nothing_of_the_session_is_kept():
    media = captured_of(Blocks(), session="secret")[2]
    assert "secret" not in repr(media.steps)
    assert "140000000" not in repr(media.steps)


def test_chunks_count():
    small = captured_of(Blocks(), chunks=2)[2]
    assert size_of(small) > 2000


def test_what_is_added_to_a_stream_later_is_not_served():
    blocks = Blocks()
    event, audio, media = captured_of(blocks)
    for stream in runs(blocks, "mine").values():
        stream[audio._id].segments.append("of another run")
    open_streams(blocks, event_of(event.fn, "other"), media)
    (twin,) = runs(blocks, "other").values()
    assert len(twin[audio._id].segments) == 2


@pytest.mark.parametrize(
    "unusual",
    [
        pytest.param({"chunks": 3}, marks=counting),
        pytest.param({"chunks": 1}, marks=counting),
        {"ended": False},
        {"value": "no recording"},
        {"value": Recording(())},
    ],
)
def test_what_is_not_as_expected_is_not_kept(unusual):
    assert captured_of(Blocks(), **unusual)[2] is None


def test_a_stream_that_is_not_there_is_not_kept():
    blocks, audio = Blocks(), gr.Audio(streaming=True)
    event = event_of(listener(audio))
    steps = serve(blocks, event, audio)
    assert capture_streams(blocks, event, SOUND, steps[:-1]) is None
    assert capture_streams(blocks, event, SOUND, [[None]]) is None
    assert capture_streams(blocks, event_of(event.fn, "other"), SOUND, steps) is None
    blocks.pending_streams.clear()
    assert capture_streams(blocks, event, SOUND, steps) is None
    assert not blocks.pending_streams


@pytest.mark.parametrize(
    ("yields", "kept"),
    [
        ((("a", 1), ["b", 2]), True),
        ((("a", 1), ["b", None], ("c", 3)), True),
        pytest.param((("a", 1), ["b", None]), False, marks=counting),
        ((("a", 1), {"component": 2}), False),
        ((("a", 1), ("b", 2, 3)), False),
    ],
)
def test_chunks_are_counted_at_their_output(yields, kept):
    blocks, audio = Blocks(), gr.Audio(streaming=True)
    event = event_of(listener(gr.Textbox(), audio))
    steps = [["text", *step] for step in serve(blocks, event, audio)]
    media = capture_streams(blocks, event, Recording(yields), steps)
    assert (media is not None) is kept


def test_the_oldest_streams_are_closed():
    blocks = Blocks(capacity=3)
    event, _audio, media = captured_of(blocks)
    for i in range(10):
        open_streams(blocks, event_of(event.fn, f"s{i}"), media)
        open_streams(blocks, event_of(event.fn, "mine"), media)
    hits = {s: list(blocks.pending_streams[s]) for s in list(blocks.pending_streams)}
    assert {s: len(runs) for s, runs in hits.items()} == {"mine": 3, "s9": 1}
    assert 140_000_000 in hits["mine"]
