import pytest

import gradio as gr
from gradio.caching.context.toasts import (
    Toast,
    record_toast,
    recording_toasts,
    replay_toasts,
)
from support.kinds import outcome


def toast(message, level="info"):
    return Toast(message, level.title(), level, 10, True)


@pytest.fixture
def shown(monkeypatch):
    """What the page is told."""
    messages = []

    def log_message(message, title, level, duration, visible):
        record_toast(Toast(message, title, level, duration, visible))
        messages.append((level, message))

    monkeypatch.setattr("gradio.helpers.log_message", log_message)
    return messages


def test_what_is_raised_meanwhile_is_caught():
    caught = []
    record_toast(toast("before"))
    with recording_toasts(caught):
        record_toast(toast("meanwhile"))
    record_toast(toast("after"))
    assert caught == [toast("meanwhile")]


def test_inner_runs_count_for_the_outer_ones_too():
    outer, inner = [], []
    with recording_toasts(outer):
        record_toast(toast("1"))
        with recording_toasts(inner):
            record_toast(toast("2"))
    assert outer == [toast("1"), toast("2")]
    assert inner == [toast("2")]


def test_raised_again_in_order(shown):
    replay_toasts((toast("1"), toast("2", "warning")))
    assert shown == [("info", "1"), ("warning", "2")]


def plain():
    gr.Info("a")
    gr.Warning("b")
    return 1


async def later():
    return plain()


def generator():
    gr.Info("a")
    yield 1
    gr.Warning("b")


async def generator_later():
    for _ in generator():
        yield 1


@pytest.mark.parametrize("fn", [plain, later, generator, generator_later])
def test_a_hit_raises_them_again(fn, shown):
    cached = gr.cache(fn)
    cached.cache.clear()
    for _ in range(3):
        shown.clear()
        outcome(cached)
        assert shown == [("info", "a"), ("warning", "b")]
    assert len(cached.cache) == 1


def test_a_hit_inside_a_run_belongs_to_what_the_run_is_stored_with(shown):
    runs = []

    @gr.cache
    def inner():
        gr.Info("inner")

    @gr.cache
    def outer(x):
        runs.append(x)
        inner()

    outer(1)
    outer(2)
    assert runs == [1, 2]
    shown.clear()
    outer(2)
    assert shown == [("info", "inner")]
