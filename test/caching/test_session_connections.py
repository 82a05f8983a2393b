"""Connections of sessions, and who gives up first."""

import pytest

from gradio.caching.context.sessions import Sessions
from gradio.caching.entry import Entry
from gradio.caching.namespace import Liveness
from gradio.caching.stores.memory import MemoryStore


def test_a_session_lives_as_long_as_a_connection_of_it_is_open():
    live = Sessions()
    before = live.namespace("a")
    assert before.liveness == Liveness.NEVER_CONNECTED
    live.connect("a")
    live.connect("a")
    live.connect("b")
    assert before.liveness == live.namespace("b").liveness == Liveness.CONNECTED
    live.disconnect("a")
    assert before.liveness == Liveness.CONNECTED
    live.disconnect("a")
    assert before.liveness == Liveness.WAS_CONNECTED
    live.connect("a")
    assert before.liveness == Liveness.CONNECTED


def test_connections_leave_nothing_behind():
    live = Sessions()
    for i in range(100):
        live.connect(str(i))
        live.disconnect(str(i))
    assert not live._connections


def held_by(live, store, sessions):
    return [store.count(live.namespace(session)) for session in sessions]


def put(live, store, session, count):
    for i in range(count):
        store.put(live.namespace(session), i.to_bytes(32, "big"), Entry(i, 1))


@pytest.mark.parametrize(
    ("honest", "flood"),
    [
        (["open"], []),
        (["open"], ["open", "close"]),
        (["open", "close"], []),
        (["open", "open", "close"], ["open", "close"]),
    ],
)
@pytest.mark.parametrize("when", ["before", "after"])
def test_made_up_sessions_push_out_nobody(honest, flood, when):
    live, store = Sessions(), MemoryStore(max_size=128)
    steps = {"open": live.connect, "close": live.disconnect}

    def visit(session, connections, count):
        entries = [lambda: put(live, store, session, count)]
        moves = [lambda step=step: steps[step](session) for step in connections]
        for act in entries + moves if when == "after" else moves + entries:
            act()

    held = live.namespace("honest")
    visit("honest", honest, 20)
    for i in range(400):
        visit(f"made up {i}", flood, 1)
    assert store.count(held) == 20
    assert store.count() == 128


def test_who_lets_go_of_its_connection_is_the_first_to_give_up():
    live, store = Sessions(), MemoryStore(max_size=30)
    for session in "abc":
        live.connect(session)
        put(live, store, session, 10)
    live.disconnect("b")
    live.connect("d")
    put(live, store, "d", 10)
    assert held_by(live, store, "abcd") == [10, 0, 10, 10]
