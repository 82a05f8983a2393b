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
        if key is None:
            return None
        held.append(key)
        return lambda: held.remove(key)

    monkeypatch.setattr(module, "retain_stream", retain_stream)
    return held


def lost(leaders, stream, *followers):
    """The leader of a stream has left, and its followers have not."""
    broadcast = SimpleNamespace(followers=followers, engine=None, key=stream)
    leaders._hold_for_followers(broadcast)


def test_a_stream_is_held_until_the_last_follower_goes(holds):
    leaders, one, other = Leaders(Stub()), Stub(), Stub()
    lost(leaders, "stream", one, other)
    leaders.let_go(one)
    assert holds == ["stream"]
    leaders.let_go(other)
    assert holds == []
    leaders.let_go(other)
    assert holds == []


def test_a_follower_that_holds_another_lets_go_of_the_first(holds):
    leaders, one = Leaders(Stub()), Stub()
    lost(leaders, "first", one)
    lost(leaders, "second", one)
    assert holds == ["second"]
    leaders.let_go(one)
    assert holds == []


def test_who_holds_nothing_may_be_let_go(holds):
    leaders, one = Leaders(Stub()), Stub()
    lost(leaders, None, one)
    leaders.let_go(one)
    assert holds == []
