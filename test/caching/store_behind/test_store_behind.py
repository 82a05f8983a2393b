"""Results that outlive the process, with memory in front."""

from __future__ import annotations

import asyncio
import copy
import threading
import time
from pathlib import Path

import numpy as np
import pytest

import gradio as gr
from gradio.caching.entry import MISS
from gradio.caching.writes import WRITES
from support.ageing import EACH_KIND, cached
from support.restarts import Runs

RUNS = Runs()


@pytest.fixture(autouse=True)
def _none_yet():
    RUNS.clear()


def shout(text):
    RUNS.append(text)
    return text.upper()


@EACH_KIND
def test_a_result_survives_a_restart(kind, tmp_path, restart, callers):
    def call():
        fn = cached(kind, shout, store=tmp_path)
        return callers(fn, "a"), fn.cache.info()

    assert call()[0] == "A"
    restart()
    result, info = call()
    assert result == "A"
    assert RUNS == ["a"]
    assert (info.hits, info.store_hits, info.misses) == (1, 1, 0)


def test_memory_stays_in_front(tmp_path, restart, monkeypatch):
    fn = gr.cache(shout, store=tmp_path)
    fn("a")
    restart()
    fn = gr.cache(shout, store=tmp_path)
    fn("a")
    monkeypatch.setattr(fn.cache._cache.shelf, "look", None)
    assert fn("a") == "A"
    assert RUNS == ["a"]


def test_values_are_exact_and_private(tmp_path, restart):
    made = {"array": np.arange(100_000.0), "nan": float("nan"), "t": (1, -0.0)}
    for _ in range(2):
        fn = gr.cache(lambda: RUNS.append(1) or copy.deepcopy(made), store=tmp_path)
        found = fn()
        assert np.array_equal(found["array"], made["array"])
        assert repr(found["t"]) == "(1, -0.0)"
        found["array"][:] = 0
        assert fn()["array"][1] == 1
        restart()
    assert RUNS == [1]


def test_clear_and_delete_reach_the_store(tmp_path, restart):
    fn = gr.cache(shout, store=tmp_path)
    fn("a"), fn("b")
    restart()
    fn = gr.cache(shout, store=tmp_path)
    assert fn.cache.delete("a")
    assert not fn.cache.delete("a")
    fn("a"), fn("b")
    assert RUNS == ["a", "b", "a"]
    fn.cache.clear()
    restart()
    fn = gr.cache(shout, store=tmp_path)
    fn("a"), fn("b")
    assert RUNS == ["a", "b", "a", "a", "b"]


def test_refresh_runs_anew_whatever_the_store_has(tmp_path, restart):
    counted = iter(range(10))

    def count():
        return next(counted)

    fn = gr.cache(count, store=tmp_path, version="1")
    assert fn() == 0
    restart()
    fn = gr.cache(count, store=tmp_path, version="1")
    assert fn.cache.refresh() == 1
    restart()
    fn = gr.cache(count, store=tmp_path, version="1")
    assert fn() == 1


def test_what_was_begun_before_a_clearing_is_not_kept(tmp_path, restart):
    begun, go = threading.Event(), threading.Event()

    def slow(x):
        RUNS.append(x)
        begun.set()
        go.wait(10)
        return x

    fn = gr.cache(slow, store=tmp_path, version="1")
    thread = threading.Thread(target=fn, args=(1,))
    thread.start()
    assert begun.wait(10)
    fn.cache.clear()
    go.set()
    thread.join()
    restart()
    gr.cache(slow, store=tmp_path, version="1")(1)
    assert RUNS == [1, 1]


def test_an_age_goes_on_over_a_restart(tmp_path, restart, monkeypatch):
    now = [time.time()]
    monkeypatch.setattr(time, "time", lambda: now[0])
    fn = gr.cache(shout, store=tmp_path, ttl=100)
    fn("a")
    restart()
    now[0] += 60
    fn = gr.cache(shout, store=tmp_path, ttl=100)
    fn("a")
    (entry,) = fn.cache._cache.store.entries()
    from gradio.caching import ages

    assert 30 < entry.life.fresh_until - ages.clock() <= 40
    restart()
    now[0] += 60
    fn = gr.cache(shout, store=tmp_path, ttl=100)
    fn("a")
    assert RUNS == ["a", "a"]


def test_toasts_are_raised_again(tmp_path, restart):
    from gradio.caching.context.toasts import recording_toasts

    def tell(x):
        RUNS.append(x)
        gr.Info("told", duration=3)
        return x

    for _ in range(2):
        toasts = []
        with recording_toasts(toasts):
            gr.cache(tell, store=tmp_path)(1)
        assert [toast.message for toast in toasts] == ["told"]
        restart()
    assert RUNS == [1]


def test_files_come_back_though_they_are_gone(tmp_path, restart, monkeypatch):
    monkeypatch.setenv("GRADIO_TEMP_DIR", str(tmp_path / "uploads"))

    def write(x):
        RUNS.append(x)
        path = tmp_path / "made" / "a.txt"
        path.parent.mkdir()
        path.write_text(x)
        return [str(path)]

    fn = gr.cache(write, store=tmp_path / "cache", version="1")
    (path,) = fn("content")
    restart()
    Path(path).unlink()
    fn = gr.cache(write, store=tmp_path / "cache", version="1")
    (found,) = fn("content")
    assert Path(found).read_text() == "content"
    assert Path(found).is_relative_to(tmp_path / "uploads")
    assert Path(found).name == "a.txt"
    assert RUNS == ["content"]


def test_what_can_t_be_written_stays_in_memory_with_a_warning(tmp_path, restart):
    class Local:
        pass

    fn = gr.cache(lambda: RUNS.append(1) or [Local()], store=tmp_path)

    def call():
        fn()
        WRITES.flush()

    with pytest.warns(UserWarning, match=r"Local.*stays in memory"):
        call()
    fn()
    assert RUNS == [1]


def test_a_broken_record_is_a_miss(tmp_path, restart):
    gr.cache(shout, store=tmp_path)("a")
    restart()
    for number in range(2):
        (path,) = tmp_path.rglob("*.m")
        content = bytearray(path.read_bytes())
        # What is known of the result, and the result.
        content[
            content.rindex(b"grcache") if number else content.index(b"grcache")
        ] ^= 1
        path.write_bytes(content)
        assert gr.cache(shout, store=tmp_path)("a") == "A"
        restart()
    assert RUNS == ["a"] * 3


def test_no_bit_and_no_end_of_a_record_can_be_changed(tmp_path, restart):
    fn = gr.cache(shout, store=tmp_path)
    fn("a")
    WRITES.flush()
    (path,) = tmp_path.rglob("*.m")
    whole, shelf = path.read_bytes(), fn.cache._cache.shelf
    key = bytes.fromhex(path.stem)
    assert shelf.look(key).value == "A"
    found = set()
    for position in range(len(whole)):
        changed = bytearray(whole)
        changed[position] ^= 1 << position % 8
        for content in (changed, whole[:position]):
            path.write_bytes(content)
            entry = shelf.look(key)
            found.add(None if entry is MISS else entry.value)
    # Only what fills the room between parts does not count.
    assert found == {None, "A"}


def test_what_no_other_process_can_tell_stays_in_memory(tmp_path, restart):
    lock = threading.Lock()

    class Model:
        @gr.cache(store=tmp_path)
        def predict(self, x):
            RUNS.append(x)
            return x

    with pytest.warns(UserWarning, match="kept in memory alone.*the very .*Model"):
        assert Model().predict(1) == 1
    fn = gr.cache(lambda x: RUNS.append(lock) or x, store=tmp_path)
    with pytest.warns(UserWarning, match="variable 'lock'.*Pass version="):
        assert fn(1) == fn(1) == 1
    assert len(RUNS) == 2
    WRITES.flush()
    assert not list(tmp_path.rglob("*.m"))


def test_a_store_that_is_no_use_is_no_trouble(tmp_path, restart):
    class Broken:
        leases = generations = None

        def look(self, *args):
            raise RuntimeError("away")

        parts = put = delete = clear = look

    fn = gr.cache(shout, store=Broken())
    assert fn("a") == fn("a") == "A"
    assert RUNS == ["a"]


def test_the_environment_chooses_for_a_whole_app(tmp_path, restart, monkeypatch):
    monkeypatch.setenv("GRADIO_CACHE_STORE", str(tmp_path / "cache"))
    for _ in range(2):
        assert gr.cache(shout)("a") == "A"
        gr.cache(shout, store="memory")("b")
        gr.cache(shout, per_session=True)("c")
        restart()
    assert RUNS == ["a", "b", "c", "b", "c"]


def test_bad_choices_are_refused_at_once(tmp_path, monkeypatch):
    with pytest.raises(ValueError, match="store must be"):
        gr.cache(shout, store="nowhere")
    with pytest.raises(ValueError, match="a session ends"):
        gr.cache(shout, store="disk", per_session=True)
    monkeypatch.setenv("GRADIO_CACHE_STORE", "nowhere")
    with pytest.raises(ValueError, match="GRADIO_CACHE_STORE"):
        gr.cache(shout)


def test_no_store_is_asked_on_an_event_loop(tmp_path, restart):
    threads = []
    fn = cached("coroutine", shout, store=tmp_path)
    shelf = fn.cache._cache.shelf
    look = shelf.look

    def noted(key, *rest):
        threads.append(threading.current_thread())
        return look(key, *rest)

    shelf.look = noted
    asyncio.run(fn("a"))
    plain = gr.cache(shout, store=tmp_path)
    plain.cache._cache.shelf.look = noted

    async def on_the_loop():
        return plain("b")

    assert asyncio.run(on_the_loop()) == "B"
    assert len(threads) == 1
    assert threads[0] is not threading.main_thread()
