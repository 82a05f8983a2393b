"""Results that replicas share on a server, with memory in front."""

from __future__ import annotations

import time
from pathlib import Path

import numpy as np
import pytest

import gradio as gr
from gradio.caching.context.toasts import recording_toasts
from gradio.caching.stores import schemes
from gradio.caching.writes import WRITES
from support.ageing import EACH_KIND, Callers, cached
from support.backings import opener
from support.redis_servers import Server, shared
from support.restarts import Runs, forget_process, passing_time

RUNS = Runs()


@pytest.fixture
def callers():
    callers = Callers()
    yield callers
    callers.close()


@pytest.fixture(params=["redis", "valkey"])
def replica(request, tmp_path, monkeypatch):
    """Has what is made from now on be of another process, with the same store."""
    RUNS.clear()
    another = opener(request.param, tmp_path)

    def replica():
        forget_process(monkeypatch)
        monkeypatch.setattr("gradio.caching.code.shelf_name._holders", {})
        return another()

    return replica


@EACH_KIND
def test_a_result_of_one_is_a_hit_of_the_other(kind, replica, callers):
    def shout(text):
        RUNS.append(text)
        return text.upper()

    for hits in (0, 1):
        fn = cached(kind, shout, store=replica())
        assert callers(fn, "a") == "A"
        assert fn.cache.info().store_hits == hits
    assert RUNS == ["a"]


@pytest.mark.parametrize("side", [8, 600])
def test_values_are_exact(replica, side):
    made = np.random.default_rng(1).integers(0, 256, (side, side, 3), dtype=np.uint8)
    for _ in range(2):
        fn = gr.cache(lambda: RUNS.append(1) or made.copy(), store=replica())
        assert np.array_equal(fn(), made)
    assert RUNS == [1]


def test_toasts_and_files_come_along(replica, tmp_path, monkeypatch):
    monkeypatch.setenv("GRADIO_TEMP_DIR", str(tmp_path / "uploads"))

    def write(x):
        RUNS.append(x)
        gr.Info("told")
        path = tmp_path / "a.txt"
        path.write_text(x)
        return [str(path)]

    for _ in range(2):
        toasts = []
        with recording_toasts(toasts):
            (path,) = gr.cache(write, store=replica(), version="1")("content")
        assert [toast.message for toast in toasts] == ["told"]
        assert Path(path).read_text() == "content"
        WRITES.flush()
        (tmp_path / "a.txt").unlink(missing_ok=True)
    assert RUNS == ["content"]


def test_an_age_is_shared(replica, monkeypatch, clock):
    wait = passing_time(monkeypatch, clock)
    for _ in range(2):
        fn = gr.cache(lambda x: RUNS.append(x), store=replica(), version="1", ttl=100)
        fn(1)
        wait(60)
    assert RUNS == [1]
    gr.cache(lambda x: RUNS.append(x), store=replica(), version="1", ttl=100)(1)
    assert RUNS == [1, 1]


def test_what_one_clears_is_gone_for_all(replica):
    body = lambda x: RUNS.append(x) or len(RUNS)  # noqa: E731
    gr.cache(body, store=replica(), version="1")(1)
    gr.cache(body, store=replica(), version="1").cache.clear()
    assert gr.cache(body, store=replica(), version="1")(1) == 2
    assert gr.cache(body, store=replica(), version="1").cache.refresh(1) == 3
    assert gr.cache(body, store=replica(), version="1")(1) == 3


def test_with_a_secret_a_foreign_writer_places_no_answer(replica, monkeypatch):
    body = lambda x: RUNS.append(x) or len(RUNS)  # noqa: E731
    assert gr.cache(body, store=replica(), version="1")(1) == 1
    store = replica()
    monkeypatch.setenv("GRADIO_CACHE_SECRET", "a secret")
    assert gr.cache(body, store=store, version="1")(1) == 2
    assert gr.cache(body, store=replica(), version="1")(1) == 2


def test_a_server_that_goes_and_comes_is_no_trouble(monkeypatch):
    RUNS.clear()
    server = Server("redis")
    try:
        monkeypatch.setattr(schemes, "_opened", {})
        fn = gr.cache(lambda x: RUNS.append(x) or x, store=server.url, version="1")
        assert fn(1) == 1
        WRITES.flush()
        server.kill()
        assert [fn(1), fn(2), fn(2)] == [1, 2, 2]
        assert fn.cache.delete(2)
        fn.cache.clear()
        assert fn(1) == 1
        assert RUNS == [1, 2, 1]
    finally:
        server.close()


def test_the_environment_chooses_for_a_whole_app(monkeypatch):
    RUNS.clear()
    url = f"{shared('redis').url}?prefix=env{time.time_ns()}"
    monkeypatch.setenv("GRADIO_CACHE_STORE", url)
    for _ in range(2):
        forget_process(monkeypatch)
        fn = gr.cache(lambda x: RUNS.append(x) or x)
        assert fn(1) == 1
    assert RUNS == [1]
