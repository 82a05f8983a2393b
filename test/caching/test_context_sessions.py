import gc
import threading
from concurrent.futures import ThreadPoolExecutor
from types import SimpleNamespace

import pytest

from gradio.caching.context import sessions
from gradio.caching.context.sessions import EVENTS_WITH_HITS, Sessions
from gradio.caching.entry import Entry
from gradio.caching.namespace import SHARED
from gradio.caching.stores.memory import MemoryStore
from support.events import event

KEY = bytes(32)


class Weak:
    pass


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
