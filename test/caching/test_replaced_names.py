"""What Gradio's own files, and its tests, import from the cache that it has itself."""

import threading

import pytest

import gradio as gr
from gradio import caching
from gradio.caching.context import sessions
from gradio.caching.release import NAMES
from gradio.context import LocalContext

pytestmark = pytest.mark.skipif(not NAMES, reason="this Gradio has no cache of its own")


@pytest.fixture
def session():
    """Runs what follows in a session of that name."""
    tokens = []

    def enter(name):
        request = gr.Request(session_hash=name)
        tokens.append(LocalContext.request.set(request))

    yield enter
    for token in reversed(tokens):
        LocalContext.request.reset(token)


@pytest.mark.parametrize("name", NAMES)
def test_each_is_found_in_the_package(name):
    assert callable(getattr(caching, name))


def test_a_hit_tells_gradio_that_the_call_took_no_usual_time():
    cache = gr.Cache()
    cache.set("a", value=1)
    with caching.TrackManualCacheUsage():
        cache.get("b")
        assert not caching.used_manual_cache()
        cache.get("a")
        assert caching.used_manual_cache()
    assert not caching.used_manual_cache()


def test_the_entries_of_a_session_are_forgotten_and_no_others(session):
    cache = gr.Cache(per_session=True)
    for name in ("one", "two"):
        session(name)
        cache.set("key", value=name)
    caching.clear_session_caches("one")
    sessions.SESSIONS.reopen("one")
    session("one")
    assert cache.get("key") is None
    session("two")
    assert cache.get("key") == {"value": "two"}


def test_a_value_is_named_by_its_content():
    name = caching.cache_hash
    assert name([1, {"a": 2}]) == name([1, {"a": 2}])
    assert len({name(1), name(1.0), name(True), name("1")}) == 4
    with pytest.raises(TypeError):
        name(threading.Lock())


@pytest.mark.parametrize("last", [3, None])
def test_a_generator_s_last_item_is_its_result_for_an_example(last):
    def count(n):
        yield from range(1, (n or 0) + 1)

    run, items = caching.resolve_generator(count)
    assert run(last) == last
    assert items == list(range(1, (last or 0) + 1))
    assert caching.resolve_generator(str.upper) == (str.upper, None)
