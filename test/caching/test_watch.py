from __future__ import annotations

import gc
import threading

import pytest

import gradio as gr
from gradio.caching import watch, wrapping
from gradio.caching.stores import schemes
from gradio.caching.stores.disk import DiskStore
from gradio.caching.watch import Watch
from gradio.caching.writes import WRITES


@pytest.fixture(autouse=True)
def watched(monkeypatch):
    """Looks when the test says so."""
    mine = Watch(interval=0)
    monkeypatch.setattr(mine, "_run", lambda: None)
    monkeypatch.setattr("gradio.caching.shelf.WATCH", mine)
    return mine


class Runs(list):
    """Is no constant."""


@pytest.fixture
def processes(tmp_path, monkeypatch):
    """The same function in several processes, with one store."""
    runs = Runs()

    def process():
        monkeypatch.setattr(wrapping, "_CACHES", wrapping.FunctionRegistry())
        monkeypatch.setattr(schemes, "_opened", {})

        @gr.cache(store=tmp_path, version="1")
        def fn(x):
            runs.append(x)
            return x

        monkeypatch.setattr("gradio.caching.code.shelf_name._holders", {})
        assert fn(1) == 1
        WRITES.flush()
        return fn

    process.runs = runs
    return process


def test_what_another_process_cleared_is_forgotten(processes, watched):
    mine, theirs = processes(), processes()
    assert processes.runs == [1]
    theirs.cache.clear()
    WRITES.flush()
    assert mine(1) == 1
    assert processes.runs == [1]  # until it is looked for
    assert watched.look()
    assert len(mine.cache) == 0
    mine(1)
    assert processes.runs == [1, 1]


def test_its_own_clearing_takes_nothing_that_came_after(processes, watched):
    mine = processes()
    mine.cache.clear()
    WRITES.flush()
    mine(1)
    watched.look()
    assert len(mine.cache) == 1


def test_who_only_reads_finds_what_others_computed_anew(processes, watched):
    mine, theirs = processes(), processes()
    theirs.cache.clear()
    theirs(1)
    WRITES.flush()
    watched.look()
    mine(1)
    assert processes.runs == [1, 1]


def test_it_ends_with_the_last_shelf(processes, watched):
    mine = processes()
    assert watched.look()
    wrapping._CACHES = wrapping.FunctionRegistry()
    del mine
    gc.collect()
    assert not watched.look()


def test_a_backing_is_asked_once_for_all_its_shelves(tmp_path, watched, monkeypatch):
    store = DiskStore(str(tmp_path))
    fns = [gr.cache(lambda x, i=i: x + i, store=store) for i in range(3)]
    for fn in fns:
        fn(1)
    asked = []
    monkeypatch.setattr(
        store.generations, "current", lambda names: asked.append(names) or [""] * 3
    )
    watched.look()
    assert len(asked) == 1
    assert len(asked[0]) == 3


def test_a_thread_looks_and_survives_failures(monkeypatch, caplog):
    looked = threading.Semaphore(0)
    answers = iter([RuntimeError("no"), True, False])

    def look():
        looked.release()
        if isinstance(answer := next(answers), Exception):
            raise answer
        return answer

    mine = watch.Watch(interval=0)
    monkeypatch.setattr(mine, "look", look)
    mine._run()
    assert [looked.acquire(blocking=False) for _ in range(4)] == [True] * 3 + [False]
    assert len(caplog.messages) == 1
