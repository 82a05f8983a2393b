"""Failures inside a cache, which break no call."""

import pytest

import gradio as gr
from support.failures import broken


def place_of(part):
    module = "data_cache" if part.startswith("MemoryStore") else "data"
    return f"gradio.caching.{module}.{part}"


KEY = ("a", 1)
PARTS = ["memory_key", "snapshot", "MemoryStore.get"]


@pytest.mark.parametrize("part", PARTS)
def test_a_failure_while_looking_is_a_miss_and_is_logged_once(
    part, monkeypatch, caplog
):
    c = gr.Cache()
    c.set(KEY, x=[1])
    monkeypatch.setattr(place_of(part), broken)
    assert [c.get(KEY) for _ in range(3)] == [None] * 3
    assert caplog.text.count("gr.Cache.get") == 1


@pytest.mark.parametrize("part", [*PARTS[:2], "size_of", "MemoryStore.put"])
def test_a_failure_while_setting_keeps_nothing_and_is_logged_once(
    part, monkeypatch, caplog
):
    c = gr.Cache()
    with monkeypatch.context() as patch:
        patch.setattr(place_of(part), broken)
        for _ in range(3):
            c.set(KEY, x=[1])
    assert c.get(KEY) is None
    assert caplog.text.count("gr.Cache.set") == 1


def test_a_failure_while_looking_whether_a_key_is_in(monkeypatch, caplog):
    monkeypatch.setattr("gradio.caching.data.may_be_full_path", broken)
    assert "a" not in gr.Cache()
    assert "InternalError" in caplog.text


@pytest.mark.parametrize("method", ["get", "set", "longest_prefix", "delete"])
def test_arguments_that_a_method_does_not_take_are_the_caller_s(method, caplog):
    with pytest.raises(TypeError, match="positional argument"):
        getattr(gr.Cache(), method)("key", "default")
    assert not caplog.records
