"""A failure inside the cache never breaks a call."""

import asyncio

import pytest

import gradio as gr
from support.failures import broken
from support.kinds import (
    listed,
    outcome,
)


def fails_to_be_copied_at(count):
    """A class whose copies fail from the `count`-th on."""

    class Fragile:
        copies = 0

        def __deepcopy__(self, memo):
            type(self).copies += 1
            if self.copies >= count:
                raise ZeroDivisionError
            return self

    return Fragile


@pytest.mark.filterwarnings("ignore:The result of")
class TestBrokenCopies:
    """A copy that worked when a result was stored fails when it is needed."""

    @pytest.mark.parametrize("count", range(1, 8))
    def test_of_a_result(self, count):
        fragile = fails_to_be_copied_at(count)

        @gr.cache
        def fn():
            return [fragile()]

        assert [isinstance(fn()[0], fragile) for _ in range(3)] == [True] * 3

    @pytest.mark.parametrize("count", range(1, 8))
    @pytest.mark.parametrize("kind", ["yields", "returns"])
    def test_of_what_a_generator_gives(self, kind, count):
        fragile = fails_to_be_copied_at(count)

        @gr.cache
        def inner():
            yield 1
            yield fragile() if kind == "yields" else 2
            return fragile()

        def outer():
            yield (yield from inner())

        for _ in range(3):
            items = list(outer())
            assert items[0] == 1
            assert len(items) == 3
            assert isinstance(items[2], fragile)

    @pytest.mark.parametrize("count", range(1, 6))
    def test_of_what_an_async_generator_gives(self, count):
        fragile = fails_to_be_copied_at(count)

        @gr.cache
        async def fn():
            yield 1
            yield fragile()
            yield 3

        async def main():
            return await asyncio.gather(listed(fn()), listed(fn()), listed(fn()))

        for items in [*asyncio.run(main()), *asyncio.run(main())]:
            assert [items[0], items[2]] == [1, 3]
            assert isinstance(items[1], fragile)


def plain(x):
    return [*x, 2]


async def later(x):
    return [*x, 2]


def generator(x):
    yield from [*x, 2]


async def generator_later(x):
    for item in [*x, 2]:
        yield item


@pytest.mark.parametrize("fn", [plain, later, generator, generator_later])
@pytest.mark.parametrize(
    "part",
    [
        "calls.call_keys.memory_key",
        "engine.snapshot",
        "engine.size_of",
        "engine.files_of_result",
        "stores.memory.MemoryStore.get",
        "stores.memory.MemoryStore.put",
    ],
)
def test_a_failure_inside_never_breaks_the_call_and_is_logged_once(
    fn, part, monkeypatch, caplog
):
    cached = gr.cache(fn)
    cached.cache.clear()
    monkeypatch.setattr(f"gradio.caching.{part}", broken)
    assert [outcome(cached, [1]) for _ in range(3)] == [[1, 2]] * 3
    logged = [r for r in caplog.records if r.name == "gradio.caching"]
    assert len(logged) == 1
