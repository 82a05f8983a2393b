"""Results that grow old in a store, and are renewed there."""

from __future__ import annotations

import pytest

import gradio as gr
from gradio.caching.writes import WRITES
from support.ageing import EACH_KIND, Settled, cached
from support.restarts import Runs

RUNS = Runs()


@pytest.fixture(autouse=True)
def _none_yet():
    RUNS.clear()


@EACH_KIND
@pytest.mark.parametrize("restarted", [False, True])
def test_what_is_stale_is_renewed_and_not_found_again(
    kind, restarted, tmp_path, restart, callers, ageing, monkeypatch
):
    settled, made = Settled(monkeypatch), iter(range(10))

    def body(x):
        return next(made)

    def new():
        return cached(kind, body, store=tmp_path, version="1", ttl=10, stale=100)

    fn = new()
    assert callers(fn, 1) == 0
    ageing(20)
    if restarted:
        restart()
        fn = new()
    assert callers(fn, 1) == 0
    settled.wait()
    assert callers(fn, 1) == 1
    restart()
    assert callers(new(), 1) == 1


def test_what_another_process_has_renewed_is_not_computed_again(
    tmp_path, restart, callers, ageing, monkeypatch
):
    settled, made = Settled(monkeypatch), iter(range(10))
    settings = {"version": "1", "ttl": 10, "stale": 100, "store": tmp_path}
    mine = cached("function", lambda x: next(made), **settings)
    assert mine(1) == 0
    restart()
    theirs = cached("function", lambda x: next(made), **settings)
    ageing(20)
    assert theirs(1) == 0
    settled.wait()
    assert theirs(1) == 1
    WRITES.flush()
    assert mine(1) == 0
    settled.wait()
    assert mine(1) == 1


def test_an_old_result_in_the_store_stands_in_for_an_error(tmp_path, restart, ageing):
    def fail_later(x):
        RUNS.append(x)
        if len(RUNS) > 1:
            raise ValueError(x)
        return x

    for _ in range(2):
        settings = {"ttl": 10, "stale_if_error": 100, "version": "1"}
        fn = gr.cache(fail_later, store=tmp_path, **settings)
        assert fn(1) == 1
        restart()
        ageing(20)
    assert RUNS == [1, 1]
