"""What results may be, and what is kept of them."""

import os
import threading
import warnings
from dataclasses import dataclass

import numpy as np
import pytest

import gradio as gr
from support.kinds import (
    EACH_KIND,
    counted,
    outcome,
)


@dataclass
class Result:
    values: list


def opened():
    return open(os.devnull)  # noqa: SIM115


class TestResults:
    @EACH_KIND
    def test_changing_a_result_changes_nothing_stored(self, fn):
        cached = gr.cache(fn)
        for _ in range(3):
            got = outcome(cached, 1)
            assert got == outcome(fn, 1)
            got.clear()

    def test_changing_what_is_in_a_result_changes_nothing_stored(self):
        cached = gr.cache(lambda: {"a": [np.zeros(3), Result([1])]})
        for _ in range(3):
            array, result = cached()["a"]
            assert (array == 0).all()
            assert result == Result([1])
            array += 1
            result.values.append(2)

    def test_changing_yields_changes_nothing_stored(self):
        @gr.cache
        def growing():
            history = []
            for i in range(3):
                history.append(i)
                yield history

        for _ in range(3):
            got = []
            for history in growing():
                got.append(list(history))
                if len(got) == 3:
                    history.clear()
            assert got == [[0], [0, 1], [0, 1, 2]]

    def test_the_first_caller_gets_the_very_result(self):
        made = []

        def fn():
            made.append([])
            return made[0]

        assert gr.cache(fn)() is made[0]

    @pytest.mark.parametrize(
        "value", ["text", b"bytes", 12**20, 1.5, None, True, ("a", 1), range(3), int]
    )
    def test_immutable_results_are_shared(self, value):
        cached = gr.cache(lambda: value)
        assert cached() is value
        assert cached() is value
        assert len(cached.cache) == 1

    def test_none_is_a_result(self):
        cached = gr.cache(counted(lambda _: None))
        assert cached(1) is None
        assert cached(1) is None
        assert cached.__wrapped__.runs == 1

    @pytest.mark.parametrize(
        "make",
        [lambda: zip(n for n in [1]), lambda: (i for i in [1]), threading.Lock, opened],
    )
    def test_what_can_not_be_copied_is_handed_on_uncached_with_one_warning(self, make):
        made = []

        def fn():
            made.append(make())
            return made[-1]

        cached = gr.cache(fn)
        with warnings.catch_warnings(record=True) as seen:
            warnings.simplefilter("always")
            assert cached() is made[0]
            assert cached() is made[1]
        assert len(seen) == 1
        assert "can be copied" in str(seen[0].message)
        assert len(cached.cache) == 0
        for value in made:
            getattr(value, "close", str)()

    def test_a_file_that_changed_is_made_again(self, tmp_path):
        path = tmp_path / "out.txt"
        runs = []

        @gr.cache
        def write(text):
            runs.append(text)
            path.write_text(text * len(runs))
            return str(path)

        write("a")
        write("a")
        assert runs == ["a"]
        path.write_text("something else")
        write("a")
        assert len(runs) == 2
        path.unlink()
        write("a")
        assert path.exists()
        assert len(runs) == 3
