import threading

import pytest

import gradio as gr
from support.kinds import noting_end


class TestForOneCaller:
    """A generator that is called once at a time."""

    def test_no_yields_at_all(self):
        runs = []

        @gr.cache
        def empty():
            runs.append(1)
            yield from ()

        assert list(empty()) == list(empty()) == []
        assert runs == [1]

    def test_its_return_value_survives(self):
        @gr.cache
        def inner():
            yield 1
            return ["end"]

        def outer():
            yield (yield from inner())

        assert list(outer()) == list(outer()) == [1, ["end"]]

    def test_a_return_value_that_can_not_be_copied(self):
        made = []

        @gr.cache
        def inner():
            made.append(n for n in [1])
            yield 1
            return made[-1]

        def outer():
            yield (yield from inner())

        with pytest.warns(UserWarning, match="can be copied"):
            assert list(outer()) == [1, made[0]]
        assert list(outer()) == [1, made[1]]

    def test_yields_that_can_not_be_copied(self):
        @gr.cache
        def locks():
            for _ in range(3):
                yield threading.Lock()

        with pytest.warns(UserWarning, match="can be copied"):
            assert len(list(locks())) == 3
        assert len(list(locks())) == 3
        assert len(locks.cache) == 0

    def test_closed_early_it_is_closed_at_once_and_nothing_is_stored(self):
        log = []

        @gr.cache
        def fn():
            with noting_end(log):
                yield 1
                yield 2

        items = fn()
        next(items)
        items.close()
        assert log == ["closed"]
        assert len(fn.cache) == 0
        assert list(fn()) == [1, 2]
        assert len(fn.cache) == 1

    def test_one_that_is_never_started_runs_nothing(self):
        @gr.cache
        def fn():
            raise AssertionError
            yield

        fn().close()
        assert len(fn.cache) == 0

    def test_a_hit_may_be_closed_early_too(self):
        @gr.cache
        def fn():
            yield from range(3)

        list(fn())
        hit = fn()
        next(hit)
        hit.close()
        assert list(fn()) == [0, 1, 2]

    def test_each_chunk_of_bytes_is_replayed(self):
        chunks = [bytes([i]) * 100 for i in range(20)]

        @gr.cache
        def audio():
            yield from chunks

        assert list(audio()) == list(audio()) == chunks
