import asyncio
import inspect
import threading
from types import SimpleNamespace

import pytest

from gradio.caching.context.event_files import EVENT_FILES, EventFiles
from gradio.caching.decorator import cache
from gradio.caching.entry import Entry, Recording
from gradio.caching.offload import QUICK_BYTES
from gradio.caching.serving.replay.replay_listener import replay_listener
from gradio.caching.wrapping import engine_of
from gradio.context import LocalContext


def in_thread(text):
    return [text]


async def in_loop(text):
    return [text]


def steps(text):
    yield [text]


async def steps_in_loop(text):
    yield [text]


def listener_of(fn, **settings):
    defaults = {"batch": False, "inputs": ["given"], "inputs_as_dict": True}
    return SimpleNamespace(
        fn=cache(fn),
        component_prop_inputs=[0],
        total_runs=7,
        **{**defaults, **settings},
    )


def made(listener, entry):
    return replay_listener(listener, engine_of(listener.fn), entry, ())


async def run(fn):
    """All that the run of a stored result gives."""
    if inspect.isasyncgenfunction(fn):
        return [item async for item in fn()]
    return await fn()


def replayed(listener, entry):
    return asyncio.run(run(made(listener, entry).fn))


def test_it_is_a_copy_that_takes_no_input():
    listener = listener_of(in_thread, batch=True)
    before = dict(vars(listener))
    copy = made(listener, Entry([1], 1))
    assert vars(listener) == before
    assert (copy.inputs, copy.component_prop_inputs) == ([], [])
    assert (copy.batch, copy.inputs_as_dict) == (False, False)
    assert copy.total_runs == 7


@pytest.mark.parametrize("fn", [in_thread, in_loop])
def test_each_run_gives_a_copy_of_the_result(fn):
    entry = Entry(["a"], 1)
    given = replayed(listener_of(fn), entry)
    given.append("changed by a handler")
    assert replayed(listener_of(fn), entry) == entry.value == ["a"]


@pytest.mark.parametrize("fn", [steps, steps_in_loop])
def test_each_run_gives_copies_of_all_steps(fn):
    entry = Entry(Recording((["a"], ["b"])), 1)
    for given in replayed(listener_of(fn), entry):
        given.append("changed by a handler")
    assert replayed(listener_of(fn), entry) == [["a"], ["b"]]


def test_a_generator_that_yielded_nothing():
    assert replayed(listener_of(steps), Entry(Recording(()), 1)) == []


@pytest.mark.parametrize(
    ("stored", "given"), [([["a"]], "a"), ([["a"], ["b"]], ("a", "b"))]
)
def test_the_result_of_a_batch_is_that_of_its_one_item(stored, given):
    assert replayed(listener_of(in_thread, batch=True), Entry(stored, 1)) == given


@pytest.mark.parametrize(
    ("fn", "value", "size", "stays"),
    [
        (in_thread, ["a"], QUICK_BYTES, True),
        (in_thread, ["a"], QUICK_BYTES + 1, False),
        (steps, Recording((["a"], ["b"])), 2 * QUICK_BYTES, True),
        (steps, Recording((["a"], ["b"])), 2 * QUICK_BYTES + 2, False),
    ],
)
def test_what_is_large_is_copied_in_a_thread(monkeypatch, fn, value, size, stays):
    listener, seen = listener_of(fn), set()

    def copy_of(value):
        seen.add(threading.current_thread() is threading.main_thread())
        return value

    monkeypatch.setattr(engine_of(listener.fn), "copy_of", copy_of)
    replayed(listener, Entry(value, size))
    assert seen == {stays}


@pytest.mark.parametrize(
    ("fn", "left"), [(in_thread, None), (in_loop, "event"), (steps, None)]
)
def test_what_runs_in_a_thread_leaves_the_event_s_id_to_nothing_after_it(fn, left):
    value = Recording((["a"],)) if fn is steps else ["a"]
    listener = made(listener_of(fn), Entry(value, 1))

    async def main():
        LocalContext.event_id.set("event")
        await run(listener.fn)
        return LocalContext.event_id.get(None)

    assert asyncio.run(main()) == left


@pytest.mark.parametrize("value", [["/a.txt"], Recording((["/a.txt"],))])
def test_the_event_is_told_which_result_it_was_given(monkeypatch, value):
    noted, entry = [], Entry(value, 1)
    monkeypatch.setattr(EventFiles, "note", lambda _, entry: noted.append(entry))
    token = EVENT_FILES.set(EventFiles())
    try:
        replayed(listener_of(in_thread), entry)
    finally:
        EVENT_FILES.reset(token)
    assert noted == [entry]
