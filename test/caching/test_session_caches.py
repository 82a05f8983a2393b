"""Caches in sessions: what one sees, clears and pushes out."""

import contextlib
import gc

import pytest

import gradio as gr
from gradio.caching.context.sessions import SESSIONS
from gradio.caching.wrapping import engine_of
from gradio.context import LocalContext
from support.events import event


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
