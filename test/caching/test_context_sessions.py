import contextlib
import gc
import threading
from concurrent.futures import ThreadPoolExecutor
from types import SimpleNamespace

import pytest

import gradio as gr
from gradio.caching.context import sessions
from gradio.caching.context.sessions import EVENTS_WITH_HITS, SESSIONS, Sessions
from gradio.caching.decorator import engine_of
from gradio.caching.entry import Entry
from gradio.caching.namespace import SHARED, Liveness
from gradio.caching.stores.memory import MemoryStore
from gradio.context import LocalContext

KEY = bytes(32)


class Weak:
    pass


@contextlib.contextmanager
def event(session, blocks=None, event_id=None):
    """The context of an event of a session, as Gradio sets it."""
    values = {
        LocalContext.request: SimpleNamespace(session_hash=session),
        LocalContext.blocks: blocks,
        LocalContext.event_id: event_id,
    }
    tokens = [(variable, variable.set(value)) for variable, value in values.items()]
    try:
        yield
    finally:
        for variable, token in tokens:
            variable.reset(token)


def test_a_session_has_one_namespace_as_long_as_it_is_used():
    live = Sessions()
    assert live.namespace("a") is live.namespace("a")
    assert live.namespace("a") is not live.namespace("ab")


def test_sessions_whose_end_nobody_reports_leave_nothing():
    live = Sessions()
    for i in range(1000):
        live.namespace(str(i))
    gc.collect()
    assert len(live._live) == 0


def test_the_end_of_a_session_empties_its_part_of_all_stores():
    live, stores = Sessions(), [MemoryStore(), MemoryStore()]
    mine, other = live.namespace("a"), live.namespace("ab")
    for store in stores:
        live.watch(store)
        for namespace in (mine, other, SHARED):
            store.put(namespace, KEY, Entry(1, 1))
    live.end("a")
    assert [store.count(mine) for store in stores] == [0, 0]
    assert [store.count() for store in stores] == [2, 2]


def test_what_comes_after_the_end_is_not_kept():
    live, store = Sessions(), MemoryStore()
    live.watch(store)
    before = live.namespace("a")
    live.end("a")
    assert not store.put(before, KEY, Entry(1, 1))
    assert store.count() == 0


def test_what_still_runs_for_a_session_that_ended_keeps_nothing():
    live, store = Sessions(), MemoryStore()
    live.end("a")
    assert not store.put(live.namespace("a"), KEY, Entry(1, 1))
    assert store.count() == 0


def test_a_session_may_come_back():
    live, store = Sessions(), MemoryStore()
    live.end("a")
    live.reopen("a")
    again = live.namespace("a")
    assert not again.ended
    assert store.put(again, KEY, Entry(1, 1))


def test_knows_whether_anything_is_kept_per_session():
    live, store = Sessions(), MemoryStore()
    assert not live.any
    live.watch(store)
    assert live.any
    del store
    gc.collect()
    assert not live.any


def test_ending_and_storing_at_the_same_time_leaves_nothing():
    live, store = Sessions(), MemoryStore()
    live.watch(store)
    start = threading.Barrier(9)

    def work(i):
        namespace = live.namespace("a")
        start.wait()
        for n in range(50):
            store.put(namespace, (i * 50 + n).to_bytes(32, "big"), Entry(1, 1))

    def end():
        start.wait()
        live.end("a")

    keep = live.namespace("a")
    with ThreadPoolExecutor(9) as pool:
        done = [pool.submit(work, i) for i in range(8)] + [pool.submit(end)]
        for d in done:
            d.result()
    assert keep.ended
    assert store.count() == 0


def test_the_namespace_of_a_call():
    outside = sessions.namespace(per_session=True)
    assert sessions.namespace(per_session=False) is SHARED
    assert sessions.namespace(per_session=True) is outside
    with event("a"):
        mine = sessions.namespace(per_session=True)
        assert mine is sessions.namespace(per_session=True)
        assert sessions.namespace(per_session=False) is SHARED
    with event("b"):
        assert sessions.namespace(per_session=True) not in (mine, outside)


@pytest.mark.parametrize("no_session", [None, ""])
def test_calls_without_a_session_share_with_nobody(no_session):
    with event(no_session):
        one = sessions.namespace(per_session=True)
        other = sessions.namespace(per_session=True)
    assert one is not other
    assert one.ended
    assert other.ended


def test_what_may_be_seen():
    assert sessions.visible(per_session=True) is None
    with event("a"):
        mine = sessions.namespace(per_session=True)
        assert sessions.visible(per_session=True) is mine
        assert sessions.visible(per_session=False) is None


def test_a_hit_marks_the_event_that_runs():
    running = Weak()
    blocks = SimpleNamespace(
        _queue=SimpleNamespace(event_ids_to_events={"id": running}), config={}
    )
    sessions.mark_hit()
    with event("a", blocks, "other"):
        sessions.mark_hit()
    assert running not in EVENTS_WITH_HITS
    with event("a", blocks, "id"):
        sessions.mark_hit()
    assert running in EVENTS_WITH_HITS


def test_a_cache_made_while_the_app_runs_switches_the_heartbeat_on():
    blocks = SimpleNamespace(config={"connect_heartbeat": False})
    with event("a", blocks):
        sessions.namespace(per_session=False)
        assert not blocks.config["connect_heartbeat"]
        sessions.namespace(per_session=True)
    assert blocks.config["connect_heartbeat"]


@pytest.fixture
def cached():
    runs = []

    @gr.cache(per_session=True)
    def fn(x):
        runs.append(x)
        return len(runs)

    yield fn
    fn.cache.clear()
    for session in ("a", "ab"):
        SESSIONS.end(session)


def test_sessions_are_not_served_each_other_s_results(cached):
    with event("a"):
        assert [cached(1), cached(1)] == [1, 1]
    with event("ab"):
        assert [cached(1), cached(1)] == [2, 2]
    assert [cached(1), cached(1)] == [3, 3]
    with event(None):
        assert [cached(1), cached(1)] == [4, 5]


def test_inside_an_event_the_handle_speaks_of_the_calling_session(cached):
    for session in ("a", "ab"):
        with event(session):
            cached(1)
            cached(2)
            assert len(cached.cache) == 2
    cached(1)
    assert len(cached.cache) == 5
    with event("a"):
        cached.cache.clear()
        assert len(cached.cache) == 0
    assert len(cached.cache) == 3
    cached.cache.clear()
    assert len(cached.cache) == 0


def test_inside_an_event_a_cache_speaks_of_the_calling_session():
    c = gr.Cache(per_session=True)
    c.set("outside", x=1)
    for session in ("a", "ab"):
        with event(session):
            c.set(session, x=1)
            assert c.keys() == [session]
            assert len(c) == 1
            assert "outside" not in c
            assert c.get("outside") is None
    assert sorted(c.keys()) == ["a", "ab", "outside"]
    with event("a"):
        c.clear()
    assert sorted(c.keys()) == ["ab", "outside"]
    SESSIONS.end("ab")
    assert c.keys() == ["outside"]


def test_a_cache_for_all_is_the_same_in_every_session():
    c = gr.Cache()
    with event("a"):
        c.set("k", x=1)
    with event("b"):
        assert c.get("k") == {"x": 1}
        assert len(c) == 1


def test_a_result_that_comes_after_the_end_of_its_session_is_not_stored():
    @gr.cache(per_session=True)
    def fn():
        SESSIONS.end("a")
        return 1

    with event("a"):
        fn()
    assert len(fn.cache) == 0


def test_max_size_bounds_all_sessions_together_and_fairly():
    @gr.cache(per_session=True, max_size=10)
    def fn(x):
        return x

    with event("small"):
        fn(1)
    with event("flood"):
        for x in range(100):
            fn(x)
    assert len(fn.cache) == 10
    with event("small"):
        assert len(fn.cache) == 1


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


def test_clearing_of_a_session_keeps_what_is_on_its_way_for_others():
    @gr.cache(per_session=True)
    def fn(x, clears):
        runs.append(x)
        for session in clears:
            with event(session):
                fn.cache.clear()
        return x

    @gr.cache(per_session=True)
    def unrelated(x):
        with event("mine"):
            fn.cache.clear()
        runs.append(x)
        return x

    runs = []
    for i, clears in enumerate([["other"], ["mine"], ["other", "mine"], []]):
        for _ in range(2):
            with event("mine"):
                fn(i, clears)
    assert runs == [0, 1, 1, 2, 2, 3]
    for _ in range(2):
        with event("mine"):
            unrelated("a")
    assert runs[6:] == ["a"]


def test_clearing_of_everything_keeps_nothing_that_is_on_its_way():
    @gr.cache(per_session=True)
    def fn(x):
        runs.append(x)
        with outside():
            fn.cache.clear()
        return x

    @contextlib.contextmanager
    def outside():
        token = LocalContext.request.set(None)
        yield
        LocalContext.request.reset(token)

    runs = []
    for _ in range(2):
        with event("mine"):
            fn(0)
    assert runs == [0, 0]


def test_clearings_of_sessions_leave_nothing_behind():
    @gr.cache(per_session=True)
    def fn(x):
        return x

    for i in range(100):
        with event(f"session {i}"):
            fn.cache.clear()
    gc.collect()
    generations = engine_of(fn).cache._generations
    assert len(generations._of_namespaces) <= 1
