"""What is worked on in an event loop, and what in a thread."""

import asyncio
import threading
from pathlib import Path

import anyio
import numpy as np
import pytest

import gradio as gr
from gradio.caching import engine, files, offload
from gradio.caching.calls import call_keys
from gradio.caching.offload import (
    QUICK_BYTES,
    any_part,
    is_light,
    is_short,
    may_be_file,
    off_loop,
    off_loop_if_heavy,
)
from support.kinds import listed
from support.threads import threads_of

LARGE = np.zeros(QUICK_BYTES + 1, np.uint8)
LONG = "x" * (QUICK_BYTES + 1)


@pytest.mark.parametrize(
    "value",
    [
        None,
        1.5,
        "text",
        ["a", {"b": (1, None)}],
        list(range(1000)),
        np.zeros(10),
        {"data": [[1, 2]] * 100},
    ],
)
def test_small_plain_values_are_light(value):
    assert is_light(value)


@pytest.mark.parametrize(
    "value",
    [
        LONG,
        [LONG],
        {LONG: 1},
        ["x" * 1000] * 100,
        list(range(100_000)),
        [[]] * 100_000,
        LARGE,
        np.array([LONG], object),
        Path("a"),
        gr.utils.NamedString("a"),
        object(),
    ],
)
def test_what_is_large_or_can_hold_anything_is_not(value):
    assert not is_light(value)


def test_a_value_that_holds_itself_is_not_weighed_for_ever():
    value = []
    value.append(value)
    assert not is_light(value)


def test_absolute_paths_may_be_files_and_texts_are_not():
    assert any_part([{"a": ("/tmp/a",)}], may_be_file)
    assert not any_part(["a. b/c", 1, None, "a.txt"], may_be_file)


def test_one_number_or_short_text_is_short():
    assert all(map(is_short, (1, None, "text: a/b", "", "a")))
    assert not any(map(is_short, ("/tmp/a", LONG, [], LARGE, "x" * 5000)))


def test_heavy_work_leaves_the_thread_of_the_loop():
    async def main():
        here = threading.get_ident()
        assert await off_loop_if_heavy("small", threading.get_ident) == here
        assert await off_loop_if_heavy(LARGE, threading.get_ident) != here

    asyncio.run(main())


def test_a_thread_counts_until_it_has_ended_also_when_nobody_waits_any_more():
    begun, may_end = threading.Event(), threading.Event()

    def work():
        begun.set()
        assert may_end.wait(30)

    async def main():
        limiter = anyio.CapacityLimiter(1)
        first = asyncio.ensure_future(off_loop(limiter, work))
        while not begun.is_set():
            await asyncio.sleep(0)
        first.cancel()
        await asyncio.wait([first])
        assert first.cancelled()
        assert limiter.borrowed_tokens == 1
        second = asyncio.ensure_future(off_loop(limiter, threading.get_ident))
        may_end.set()
        await second

    asyncio.run(main())


def test_an_error_that_nobody_waits_for_is_not_reported():
    reported = []

    def fails():
        raise ZeroDivisionError

    async def main():
        asyncio.get_running_loop().set_exception_handler(
            lambda _, context: reported.append(context)
        )
        limiter = anyio.CapacityLimiter(1)
        with pytest.raises(ZeroDivisionError):
            await off_loop(limiter, fails)
        abandoned = asyncio.ensure_future(off_loop(limiter, fails))
        await asyncio.sleep(0)
        abandoned.cancel()
        await asyncio.wait([abandoned])
        await off_loop(limiter, threading.get_ident)

    asyncio.run(main())
    assert reported == []


@pytest.fixture
def copies(monkeypatch):
    """In which threads results are copied."""
    return threads_of(monkeypatch, engine, "snapshot")


@pytest.fixture
def keys(monkeypatch):
    """In which threads keys are made."""
    return threads_of(monkeypatch, call_keys, "memory_key")


def run_twice(call):
    """Awaits a call a second time; returns the thread of the loop, and what it gave."""

    async def main():
        return threading.get_ident(), [await call() for _ in range(2)]

    return asyncio.run(main())


each_size = pytest.mark.parametrize(
    ("argument", "stays"), [("small", True), (LARGE, False), (LONG, False)]
)


@each_size
def test_coroutine_functions_hash_and_copy_large_values_in_threads(
    copies, keys, argument, stays
):
    @gr.cache
    async def same(value):
        return [value]

    loop, results = run_twice(lambda: same(argument))
    assert list(map(len, results)) == [1, 1]
    assert (loop in keys) is stays
    assert (loop in copies) is stays
    assert len(same.cache) == 1


@each_size
def test_async_generators_hash_and_copy_large_values_in_threads(
    copies, keys, argument, stays
):
    @gr.cache
    async def twice(value):
        yield [value]
        yield [value]

    loop, results = run_twice(lambda: listed(twice(argument)))
    assert list(map(len, results)) == [2, 2]
    assert (loop in keys) is stays
    assert len(twice.cache) == 1
    # The recording of a few copies is put together where the generator ended.
    assert stays or loop not in copies


def test_coroutine_functions_read_files_in_threads(keys, tmp_path):
    file = tmp_path / "a"
    file.write_text("a")

    @gr.cache
    async def read(path):
        return len(path)

    loop, _ = run_twice(lambda: read(str(file)))
    assert loop not in keys


@pytest.mark.parametrize(("number", "stays"), [(20, False), (2, True)])
def test_results_that_name_many_files_are_looked_at_in_a_thread(
    monkeypatch, tmp_path, number, stays
):
    seen = threads_of(monkeypatch, files, "unchanged")
    paths = [tmp_path / f"{i}.txt" for i in range(number)]
    for path in paths:
        path.write_text("a")

    @gr.cache
    async def make():
        return list(map(str, paths))

    loop, _ = run_twice(make)
    assert (loop in seen) is stays
    assert seen


def test_concurrent_calls_with_large_values_still_run_once():
    runs = []

    @gr.cache
    async def total(value):
        runs.append(1)
        await asyncio.sleep(0)
        return value.sum()

    async def main():
        return await asyncio.gather(*(total(LARGE) for _ in range(20)))

    assert set(asyncio.run(main())) == {0}
    assert runs == [1]


def test_each_loop_has_threads_of_its_own():
    async def main():
        assert offload.own_threads() is offload.own_threads()
        return offload.own_threads()

    assert asyncio.run(main()) is not asyncio.run(main())
