import asyncio
from contextvars import ContextVar, copy_context

import pytest

import gradio as gr
from gradio.caching.serving.queueing.run_context import (
    RunContext,
    accepts_file,
    remember_context,
)
from gradio.context import LocalContext

VARIABLE = ContextVar("variable", default="unset")


class Event:
    pass


@pytest.fixture
def demo():
    with gr.Blocks() as demo:
        gr.Textbox()
    return demo


def test_a_call_knows_the_app_and_nothing_of_the_caller(demo):
    VARIABLE.set("the caller's")
    seen = RunContext(demo._queue).call(
        lambda: (LocalContext.blocks.get(None), VARIABLE.get())
    )
    assert seen == (demo, "unset")
    assert LocalContext.blocks.get(None) is None


def test_a_call_has_what_the_queue_was_started_with(demo):
    started = copy_context()
    started.run(VARIABLE.set, "the queue's")
    started.run(remember_context, demo._queue)
    copy_context().run(remember_context, demo._queue)
    assert RunContext(demo._queue).call(VARIABLE.get) == "the queue's"


def test_what_a_call_sets_is_gone_with_it(demo):
    context = RunContext(demo._queue)
    context.call(VARIABLE.set, "left")
    assert context.call(VARIABLE.get) == "unset"


def test_a_task_runs_in_such_a_context(demo):
    async def blocks():
        return LocalContext.blocks.get(None), VARIABLE.get()

    async def main():
        VARIABLE.set("the caller's")
        return await RunContext(demo._queue).start(blocks())

    assert asyncio.run(main()) == (demo, "unset")


def test_without_the_app_nothing_is_done():
    class Queue:
        pass

    context = RunContext(Queue())
    with pytest.raises(ReferenceError, match="the app is gone"):
        context.call(print)


@pytest.mark.parametrize(
    ("path", "is_accepted"),
    [
        ("uploads/hash/a.txt", True),
        ("uploads/../secret.txt", False),
        ("uploads/link.txt", False),
        ("secret.txt", False),
        ("static/b.txt", True),
        ("uploads/\0", False),
        (5, False),
        (None, False),
        (["uploads/hash/a.txt"], False),
    ],
)
def test_only_uploads_and_static_files_are_accepted(
    path, is_accepted, demo, tmp_path, monkeypatch
):
    monkeypatch.setenv("GRADIO_TEMP_DIR", str(tmp_path / "uploads"))
    monkeypatch.setattr("gradio.data_classes._StaticFiles.all_paths", [])
    (tmp_path / "uploads").mkdir()
    (tmp_path / "uploads" / "link.txt").symlink_to(tmp_path / "secret.txt")
    gr.set_static_paths(tmp_path / "static")
    demo.has_launched = True
    if isinstance(path, str):
        path = str(tmp_path / path)
    assert RunContext(demo._queue).call(accepts_file, Event(), path) is is_accepted


def test_no_path_is_judged_outside_of_a_run():
    with pytest.raises(RuntimeError, match="in a run's context"):
        accepts_file(Event(), "a.txt")


def test_what_was_accepted_for_an_event_is_not_checked_again(demo, tmp_path):
    path = tmp_path / "a.txt"
    path.write_text("a")
    gr.set_static_paths(path)
    demo.has_launched = True
    call, event = RunContext(demo._queue).call, Event()
    assert call(accepts_file, event, str(path))
    with pytest.raises(RuntimeError, match="in a run's context"):
        accepts_file(Event(), str(path))
    assert accepts_file(event, str(path))
    assert not call(accepts_file, event, str(tmp_path / "b.txt"))
    assert not call(accepts_file, event, 1)
