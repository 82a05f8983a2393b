"""Errors of the function, and failures of the cache."""

import asyncio

import pytest

import gradio as gr
from support.kinds import (
    EACH_KIND,
    KINDS,
    outcome,
)


class TestErrors:
    @EACH_KIND
    def test_an_error_is_the_function_s_own_and_not_stored(self, fn):
        runs = []

        def boom(x):
            runs.append(x)
            raise ERROR

        failing = _failing(fn, boom)
        cached = gr.cache(failing)
        for _ in range(2):
            with pytest.raises(ValueError, match="no") as raised:
                outcome(cached, 1)
            assert raised.value is ERROR
        assert len(runs) == 2
        assert len(cached.cache) == 0

    @pytest.mark.parametrize(
        "error",
        [
            RuntimeError("a"),
            StopIteration("b"),
            StopAsyncIteration("c"),
            GeneratorExit("d"),
            KeyboardInterrupt("e"),
            SystemExit(3),
            asyncio.CancelledError("f"),
            gr.Error("g"),
        ],
    )
    def test_any_error_passes_through_untouched(self, error):
        cause = KeyError("cause")

        @gr.cache
        def fn():
            raise error from cause

        with pytest.raises(type(error)) as raised:
            fn()
        assert raised.value is error
        assert error.__cause__ is cause
        assert raised.traceback[-1].name == "fn"

    def test_the_context_of_an_error_is_kept(self):
        @gr.cache
        def fn():
            try:
                raise KeyError("first")
            except KeyError:
                raise RuntimeError("second")  # noqa: B904

        with pytest.raises(RuntimeError) as raised:
            fn()
        assert isinstance(raised.value.__context__, KeyError)
        assert not raised.value.__suppress_context__

    def test_the_next_call_after_an_error_can_succeed(self):
        answers = iter([ValueError("no"), "yes"])

        @gr.cache
        def fn():
            answer = next(answers)
            if isinstance(answer, Exception):
                raise answer
            return answer

        with pytest.raises(ValueError, match="no"):
            fn()
        assert fn() == fn() == "yes"


ERROR = ValueError("no")


def _failing(kind, boom):
    """A function of the same kind as another, that fails."""

    def plain(x):
        return boom(x)

    async def later(x):
        return boom(x)

    def generator(x):
        yield 1
        boom(x)

    async def generator_later(x):
        yield 1
        boom(x)

    kinds = dict(zip(KINDS, (plain, later, generator, generator_later), strict=True))
    return kinds[kind]
