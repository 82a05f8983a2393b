"""What a handle says of its function's cache, and holds of it."""

import gc
import inspect
import pydoc
import weakref

import pytest

import gradio as gr
from gradio.caching.counts import FunctionCacheInfo
from gradio.caching.wrapping import engine_of
from support.ageing import EACH_KIND, Numbers, Settled, cached
from support.kinds import counted


class TestInfo:
    @EACH_KIND
    def test_counts_hits_and_misses(self, kind, call):
        fn = cached(kind, Numbers(), max_size=2)
        for x in ("a", "a", "b", "a", "c", "d"):
            call(fn, x)
        info = fn.cache.info()
        assert (info.hits, info.misses, info.stale_hits) == (2, 4, 0)
        assert (info.evictions, info.entries) == (2, 2)
        entries = engine_of(fn).cache.store.entries()
        assert info.bytes == sum(entry.size for entry in entries)

    @EACH_KIND
    def test_what_renews_is_neither_hit_nor_miss(self, kind, call, clock, monkeypatch):
        settled = Settled(monkeypatch)
        fn = cached(kind, Numbers(), ttl=10, stale=20)
        call(fn, "a")
        clock.move(10)
        call(fn, "a")
        settled.wait()
        call(fn, "a")
        call.wait_for(fn.cache.refresh("a"))
        info = fn.cache.info()
        assert (info.hits, info.stale_hits, info.misses) == (2, 1, 1)

    def test_tells_what_runs_take_and_what_hits_save(self, monkeypatch):
        now = [0.0]
        monkeypatch.setattr("time.perf_counter", lambda: now[0])

        @gr.cache
        def fn(x):
            now[0] += x
            return x

        assert fn.cache.info() == FunctionCacheInfo(0, 0, 0, 0, 0, 0, 0, 0.0, None)
        for x in (2, 4, 4, 4):
            fn(x)
        info = fn.cache.info()
        assert (info.seconds_saved, info.mean_seconds) == (8.0, 3.0)


def test_all_wrappers_of_a_function_share_it():
    fn = counted()
    one, other = gr.cache(fn), gr.cache(fn)
    one(1)
    assert len(other.cache) == 1
    assert other.cache.delete(1)
    assert len(one.cache) == 0


class Big:
    pass


def refreshed(big):
    fn = gr.cache(lambda: big is None)
    fn.cache.refresh()
    return weakref.ref(big)


def test_it_keeps_nothing_alive_that_its_function_captured():
    gone = refreshed(Big())
    gr.cache(lambda: 2)()
    gc.collect()
    assert gone() is None


@pytest.mark.parametrize("name", ["clear", "delete", "refresh", "info"])
def test_help_says_what_each_method_does(name):
    fn = gr.cache(lambda: 1)
    said = pydoc.plain(pydoc.render_doc(fn.cache))
    described = inspect.getdoc(getattr(fn.cache, name))
    assert described
    assert described.splitlines()[0] in said


def test_all_hits_of_many_threads_are_counted(pool):
    fn = gr.cache(lambda x: x)
    fn(1)

    def work():
        for _ in range(2000):
            fn(1)

    for done in [pool.submit(work) for _ in range(8)]:
        done.result()
    assert fn.cache.info().hits == 16_000
