import threading
from concurrent.futures import ThreadPoolExecutor, wait

from gradio.caching.context.sessions import SESSIONS
from gradio.caching.entry import Entry
from gradio.caching.namespace import SHARED
from gradio.caching.settings import Settings
from gradio.caching.shelf import MeanTime, Shelf
from gradio.caching.stores.memory import MemoryStore


def test_no_mean_before_the_first_run():
    assert MeanTime().seconds is None


def test_the_mean_of_runs_in_many_threads():
    mean = MeanTime()
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(mean.add, [1.0, 3.0] * 500))
    assert mean.seconds == 2.0


def test_clearing_forgets_and_counts():
    shelf = Shelf(Settings(), MemoryStore())
    shelf.store.put(SHARED, b"k", Entry(1, 1))
    shelf.clear()
    assert shelf.store.count() == 0
    assert shelf.clearings == 1


def test_the_store_of_a_shelf_per_session_is_cleared_with_its_sessions():
    shelf = Shelf(Settings(per_session=True), MemoryStore())
    mine, other = SESSIONS.namespace("mine"), SESSIONS.namespace("other")
    for namespace in (mine, other):
        shelf.store.put(namespace, b"k", Entry(1, 1))
    SESSIONS.end("mine")
    assert (shelf.store.count(mine), shelf.store.count(other)) == (0, 1)
    SESSIONS.end("other")


class SlowStore(MemoryStore):
    """A store that can be held in the middle of storing."""

    def __init__(self) -> None:
        super().__init__()
        self.entered, self.may_go_on = threading.Event(), threading.Event()

    def put(self, namespace, key, entry):
        self.entered.set()
        assert self.may_go_on.wait(10)
        return super().put(namespace, key, entry)


def test_a_result_that_is_just_being_stored_does_not_outlive_a_clearing():
    store = SlowStore()
    shelf = Shelf(Settings(), store)
    with ThreadPoolExecutor(2) as pool:
        stored = pool.submit(shelf.put, SHARED, b"k", Entry(1, 1), shelf.clearings)
        assert store.entered.wait(10)
        cleared = pool.submit(shelf.clear)
        wait([cleared], timeout=0.1)
        store.may_go_on.set()
        stored.result(10)
        cleared.result(10)
    assert store.count() == 0


def test_a_result_from_before_a_clearing_is_not_stored():
    shelf = Shelf(Settings(), MemoryStore())
    before = shelf.clearings
    shelf.clear()
    shelf.put(SHARED, b"k", Entry(1, 1), before)
    assert shelf.store.count() == 0
