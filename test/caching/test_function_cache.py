import threading
from concurrent.futures import ThreadPoolExecutor, wait

import numpy as np

import gradio as gr
from gradio.caching.context.sessions import SESSIONS
from gradio.caching.entry import Entry
from gradio.caching.function_cache import FunctionCache, MeanTime
from gradio.caching.keys import CacheKey
from gradio.caching.namespace import SHARED
from gradio.caching.settings import Settings
from gradio.caching.stores.memory import MemoryStore
from support.kinds import (
    counted,
)


def test_no_mean_before_the_first_run():
    assert MeanTime().seconds is None


def test_the_mean_of_runs_in_many_threads():
    mean = MeanTime()
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(mean.add, [1.0, 3.0] * 500))
    assert mean.seconds == 2.0


def test_counts_and_clears():
    cache = FunctionCache(Settings(), MemoryStore())
    assert len(cache) == 0
    assert cache
    cache.store.put(SHARED, b"k", Entry(1, 1))
    assert len(cache) == 1
    assert "1 entr" in repr(cache)
    cache.clear()
    assert len(cache) == 0


def test_clearing_forgets_and_counts():
    cache = FunctionCache(Settings(), MemoryStore())
    cache.store.put(SHARED, b"k", Entry(1, 1))
    cache.clear()
    assert cache.store.count() == 0
    assert cache.generation == 1


def test_the_store_of_a_cache_per_session_is_cleared_with_its_sessions():
    cache = FunctionCache(Settings(per_session=True), MemoryStore())
    mine, other = SESSIONS.namespace("mine"), SESSIONS.namespace("other")
    for namespace in (mine, other):
        cache.store.put(namespace, b"k", Entry(1, 1))
    SESSIONS.end("mine")
    assert (cache.store.count(mine), cache.store.count(other)) == (0, 1)
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
    cache = FunctionCache(Settings(), store)
    with ThreadPoolExecutor(2) as pool:
        stored = pool.submit(cache.put, CacheKey(SHARED, b"k", 0), Entry(1, 1))
        assert store.entered.wait(10)
        cleared = pool.submit(cache.clear)
        wait([cleared], timeout=0.1)
        store.may_go_on.set()
        stored.result(10)
        cleared.result(10)
    assert store.count() == 0


def test_a_result_from_before_a_clearing_is_not_stored():
    cache = FunctionCache(Settings(), MemoryStore())
    before = cache.generation
    cache.clear()
    cache.put(CacheKey(SHARED, b"k", before), Entry(1, 1))
    assert cache.store.count() == 0


class TestOfAFunction:
    """As its attribute `cache`."""

    def test_clear_and_len(self):
        cached = gr.cache(counted())
        cached(1)
        cached(2)
        assert len(cached.cache) == 2
        assert cached.cache
        cached.cache.clear()
        assert len(cached.cache) == 0
        cached(1)
        assert cached.__wrapped__.runs == 3

    def test_a_result_computed_over_a_clearing_is_not_stored(self):
        @gr.cache
        def fn():
            fn.cache.clear()
            return 1

        fn()
        assert len(fn.cache) == 0

    def test_max_size_drops_the_least_recently_used(self):
        cached = gr.cache(counted(), max_size=2)
        for x in (1, 2, 1, 3, 1):
            cached(x)
        assert cached.__wrapped__.runs == 3
        cached(2)
        assert cached.__wrapped__.runs == 4
        assert len(cached.cache) == 2

    def test_max_size_is_128_by_default_and_0_is_no_limit(self):
        default, unlimited = gr.cache(counted()), gr.cache(counted(), max_size=0)
        for x in range(200):
            default(x)
            unlimited(x)
        assert (len(default.cache), len(unlimited.cache)) == (128, 200)

    def test_max_memory_holds(self):
        @gr.cache(max_memory="1mb")
        def zeros(n, kb):
            return np.full(kb * 1024, n % 256, np.uint8)

        for i in range(20):
            zeros(i, 300)
        assert len(zeros.cache) == 3
        zeros(0, 2000)
        assert len(zeros.cache) == 3
