import asyncio
from types import SimpleNamespace

import pytest

from gradio.caching.serving.follow import leaders as module
from gradio.caching.serving.follow.leaders import Leaders
from support.queued import Stub


@pytest.fixture
def holds(monkeypatch):
    """What is held of streams: one name for each time, until it is let go."""
    held = []

    def retain_stream(engine, key):
        held.append(key)
        return lambda: held.remove(key)

    monkeypatch.setattr(module, "retain_stream", retain_stream)
    monkeypatch.setattr(Leaders, "variant", lambda self, event: None)
    return held


def follow(leaders, stream, *events):
    """Each of the events follows the leader of a stream, which leaves at once."""

    async def leave(event, variant):
        return False

    broadcast = SimpleNamespace(engine=None, key=stream, follow=leave)
    for event in events:
        assert not asyncio.run(leaders.follow(event, broadcast))


def test_a_stream_is_held_until_the_last_follower_goes(holds):
    leaders, one, other = Leaders(Stub()), Stub(), Stub()
    follow(leaders, "stream", one, other)
    assert holds == ["stream", "stream"]
    leaders.let_go(one)
    assert holds == ["stream"]
    leaders.let_go(other)
    assert holds == []
    leaders.let_go(other)
    assert holds == []


def test_a_follower_that_holds_another_lets_go_of_the_first(holds):
    leaders, one = Leaders(Stub()), Stub()
    follow(leaders, "first", one)
    follow(leaders, "second", one)
    assert holds == ["second"]
    leaders.let_go(one)
    assert holds == []


def test_a_follower_of_the_same_stream_holds_it_all_the_time(holds, monkeypatch):
    leaders, one, seen = Leaders(Stub()), Stub(), []
    let_go = leaders.let_go

    def watched(event):
        let_go(event)
        seen.append(list(holds))

    monkeypatch.setattr(leaders, "let_go", watched)
    follow(leaders, "stream", one)
    follow(leaders, "stream", one)
    assert seen == [["stream"], ["stream"]]


def test_who_holds_nothing_may_be_let_go(holds):
    Leaders(Stub()).let_go(Stub())
    assert holds == []
