"""What is worked on in an event loop, and what in a thread."""

import asyncio
import threading
from pathlib import Path

import anyio
import numpy as np
import pytest

import gradio as gr
from gradio.caching import offload
from gradio.caching.offload import (
    QUICK_BYTES,
    any_part,
    is_light,
    is_short,
    may_be_file,
    off_loop,
    off_loop_if_heavy,
)

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


class Threads:
    """Notes which threads work on values that belong to it."""

    def __init__(self):
        self.seen = set()

    def note(self):
        self.seen.add(threading.get_ident())


@pytest.fixture
def copies(monkeypatch):
    """In which threads results are copied, and keys made."""
    from gradio.caching import engine

    threads, copy = Threads(), engine.snapshot

    def snapshot(value):
        threads.note()
        return copy(value)

    monkeypatch.setattr(engine, "snapshot", snapshot)
    return threads


@pytest.fixture
def keys(monkeypatch):
    from gradio.caching.calls import call_keys

    threads, make = Threads(), call_keys.digest

    def digest(value):
        threads.note()
        return make(value)

    monkeypatch.setattr(call_keys, "digest", digest)
    return threads


@pytest.mark.parametrize(
    ("argument", "stays"), [("small", True), (LARGE, False), (LONG, False)]
)
def test_coroutine_functions_hash_and_copy_large_values_in_threads(
    copies, keys, argument, stays
):
    @gr.cache
    async def same(value):
        return [value]

    same.cache.clear()

    async def main():
        for _ in range(2):
            assert len(await same(argument)) == 1
        return threading.get_ident()

    loop = asyncio.run(main())
    assert (loop in keys.seen) is stays
    assert (loop in copies.seen) is stays
    assert len(same.cache) == 1


@pytest.mark.parametrize(
    ("argument", "stays"), [("small", True), (LARGE, False), (LONG, False)]
)
def test_async_generators_hash_and_copy_large_values_in_threads(
    copies, keys, argument, stays
):
    @gr.cache
    async def twice(value):
        yield [value]
        yield [value]

    twice.cache.clear()

    async def main():
        for _ in range(2):
            assert len([item async for item in twice(argument)]) == 2
        return threading.get_ident()

    loop = asyncio.run(main())
    assert (loop in keys.seen) is stays
    assert len(twice.cache) == 1
    # The recording of a few copies is put together where the generator ended.
    assert stays or loop not in copies.seen


def test_coroutine_functions_read_files_in_threads(keys, tmp_path):
    file = tmp_path / "a"
    file.write_text("a")

    @gr.cache
    async def read(path):
        return len(path)

    async def main():
        await read(str(file))
        return threading.get_ident()

    assert asyncio.run(main()) not in keys.seen


def test_results_that_name_many_files_are_looked_at_in_a_thread(monkeypatch, tmp_path):
    from gradio.caching import files

    threads, look = Threads(), files.unchanged

    def unchanged(stamps):
        threads.note()
        return look(stamps)

    monkeypatch.setattr(files, "unchanged", unchanged)
    paths = [tmp_path / f"{i}.txt" for i in range(20)]
    for path in paths:
        path.write_text("a")

    @gr.cache
    async def make(n):
        return list(map(str, paths[:n]))

    async def main(n):
        for _ in range(2):
            await make(n)
        return threading.get_ident()

    assert asyncio.run(main(20)) not in threads.seen
    assert asyncio.run(main(2)) in threads.seen


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
