"""A call that comes while something is being forgotten does not bring it back."""

from __future__ import annotations

import pytest

import gradio as gr
from gradio.caching import handle
from gradio.caching.read_through import read_through
from gradio.caching.shelf import Shelf
from gradio.caching.writes import WRITES


class Runs(list):
    """Is no constant."""


RUNS = Runs()


@pytest.fixture
def cached(tmp_path):
    RUNS.clear()
    fn = gr.cache(lambda x: RUNS.append(x) or len(RUNS), store=tmp_path, version="1")
    assert fn(1) == 1
    assert WRITES.flush()
    return fn


@pytest.fixture
def data(tmp_path):
    data = gr.Cache(name="meanwhile", store=tmp_path)
    data.set("k", value=1)
    assert WRITES.flush()
    return data


@pytest.fixture
def meanwhile(monkeypatch):
    """Has something called before a shelf does what it is told."""

    def meanwhile(name, call):
        method = getattr(Shelf, name)

        def and_then(self, *args):
            call()
            return method(self, *args)

        monkeypatch.setattr(Shelf, name, and_then)

    return meanwhile


@pytest.mark.parametrize("how", ["delete", "clear"])
def test_a_call_in_between_does_not_bring_a_result_back(cached, meanwhile, how):
    meanwhile(how, lambda: cached(1))
    getattr(cached.cache, how)(*[1][: how == "delete"])
    assert cached(1) == 2


def test_a_refresh_runs_though_a_call_in_between_reads_what_was_kept(
    cached, monkeypatch
):
    def call_first(*args):
        assert cached(1) == 1
        return read_through(*args)

    cached.cache._cache.store.clear()
    monkeypatch.setattr(handle, "read_through", call_first)
    assert cached.cache.refresh(1) == 2
    assert cached(1) == 2


@pytest.mark.parametrize("how", ["delete", "clear"])
def test_a_get_in_between_does_not_bring_data_back(data, meanwhile, how):
    meanwhile(how, lambda: data.get("k"))
    getattr(data, how)(*["k"][: how == "delete"])
    assert data.get("k") is None


def test_what_is_set_in_between_is_there(data, meanwhile):
    meanwhile("delete", lambda: data.set("k", value=2))
    data.delete("k")
    assert data.get("k") == {"value": 2}
    assert WRITES.flush()
    assert data.get("k") == {"value": 2}
