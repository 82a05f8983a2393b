"""Data of a `gr.Cache` with a name, which outlives the process."""

from __future__ import annotations

import asyncio
import itertools
import time

import numpy as np
import pytest

import gradio as gr
from gradio.caching.stores import schemes
from gradio.caching.writes import WRITES


@pytest.fixture
def restart(monkeypatch):
    """Forgets all that a process knows."""

    def restart():
        assert WRITES.flush()
        monkeypatch.setattr(schemes, "_opened", {})

    return restart


@pytest.fixture
def cache(tmp_path, restart):
    """A cache as another process makes it."""

    def cache(name="kv", **settings):
        restart()
        return gr.Cache(name=name, store=tmp_path / "cache", **settings)

    return cache


def test_data_survives_a_restart(cache):
    cache().set(("a", 1), text="one", array=np.arange(5))
    kept = cache()
    found = kept.get(("a", 1))
    assert found["text"] == "one"
    assert list(found["array"]) == [0, 1, 2, 3, 4]
    assert kept.get("another") is None
    assert kept.keys() == [("a", 1)]
    assert ("a", 1) in cache()
    assert (kept.info().hits, kept.info().misses) == (1, 1)


def test_names_are_apart(cache):
    cache("one").set("k", x=1)
    assert cache("two").get("k") is None
    assert cache("one").get("k") == {"x": 1}


def test_versions_are_apart(cache):
    cache(version=1).set("k", x=1)
    cache(version="2").set("k", x=2)
    assert cache(version="1").get("k") == {"x": 1}
    assert cache(version=2).get("k") == {"x": 2}
    assert cache().get("k") is None


def test_the_latest_is_what_is_kept(cache):
    mine = cache()
    for number in range(50):
        mine.set("k", number=number)
    assert cache().get("k") == {"number": 49}


def test_what_is_deleted_or_cleared_is_gone(cache):
    mine = cache()
    mine.set("a", x=1)
    mine.set("b", x=2)
    mine.set("c", x=3)
    assert mine.delete("a")
    other = cache()
    assert other.get("a") is None
    assert other.delete("b")
    assert not other.delete("b")
    assert cache().get("b") is None
    other.clear()
    other.set("d", x=4)
    assert other.get("c") is None
    assert cache().get("c") is None
    assert cache().get("d") == {"x": 4}


def test_what_was_set_before_a_clearing_is_not_written_after_it(cache, gate):
    mine = cache()
    for _ in range(4):
        WRITES.submit(0, gate.wait)
    mine.set("k", x=1)
    mine.set("j", x=1)
    mine.delete("j")
    mine.clear()
    gate.open()
    assert cache().get("k") is None
    assert cache().get("j") is None


def test_data_grows_old_over_a_restart(cache, monkeypatch):
    now = [time.time()]
    monkeypatch.setattr(time, "time", lambda: now[0])
    cache(ttl=100).set("k", x=1)
    cache()
    now[0] += 60
    assert cache(ttl=100).get("k") == {"x": 1}
    now[0] += 60
    assert cache(ttl=100).get("k") is None


def test_another_process_s_clearing_is_followed(cache, monkeypatch):
    mine, theirs = cache(), cache()
    theirs.set("k", x=1)
    WRITES.flush()
    assert mine.get("k") == {"x": 1}
    theirs.clear()
    WRITES.flush()
    shelf = mine._data._behind._shelf
    shelf.note(*shelf.backing.generations.current([shelf.name]))
    assert len(mine) == 0


def test_what_can_t_be_written_stays_in_memory_with_a_warning(cache):
    mine = cache()

    def keep():
        mine.set("k", model=lambda: 1)
        WRITES.flush()

    with pytest.warns(UserWarning, match="gr.Cache 'kv'.*function"):
        keep()
    assert mine.get("k")["model"]() == 1
    assert cache().get("k") is None


def test_an_event_loop_is_not_held_up(cache):
    cache().set("k", x=1)
    mine = cache()

    async def on_the_loop():
        return mine.get("k")

    assert asyncio.run(on_the_loop()) is None
    assert mine.get("k") == {"x": 1}
    assert asyncio.run(on_the_loop()) == {"x": 1}


def test_the_environment_is_for_those_with_a_name(tmp_path, restart, monkeypatch):
    monkeypatch.setenv("GRADIO_CACHE_STORE", str(tmp_path / "cache"))
    for name, is_kept in (("kv", True), (None, False)):
        gr.Cache(name=name).set("k", x=1)
        restart()
        assert (gr.Cache(name=name).get("k") == {"x": 1}) == is_kept


def test_bad_settings_are_refused(tmp_path):
    with pytest.raises(ValueError, match="needs name="):
        gr.Cache(store=tmp_path)
    with pytest.raises(ValueError, match="a session ends"):
        gr.Cache(name="kv", store=tmp_path, per_session=True)
    with pytest.raises(TypeError, match="name must be a text"):
        gr.Cache(name=1)
    with pytest.raises(TypeError, match="version must be"):
        gr.Cache(name="kv", version=["1"])
    assert gr.Cache(name="kv", per_session=True).get("k") is None


def test_a_store_that_is_away_is_no_trouble(restart):
    class Broken:
        leases = generations = None

        def look(self, *args):
            raise RuntimeError("away")

        parts = put = delete = clear = look

    mine = gr.Cache(name="kv", store=Broken())
    for number in itertools.islice(itertools.count(), 3):
        mine.set("k", x=number)
        assert mine.get("k") == {"x": number}
    assert mine.get("j") is None
    WRITES.flush()
