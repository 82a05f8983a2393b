import threading
import warnings

import numpy as np
import pytest
from PIL import Image

import gradio as gr
from gradio.caching.decorator import cache
from gradio.caching.entry import MISS
from gradio.caching.errors import UncopyableError
from gradio.caching.namespace import SHARED
from gradio.caching.wrapping import engine_of
from support.kinds import (
    EACH_KIND,
    counted,
    outcome,
)


@pytest.fixture
def engine():
    def fn(x):
        return [x]

    engine = engine_of(cache(fn))
    engine.cache.clear()
    return engine


def test_equal_calls_have_equal_keys(engine):
    assert engine.key_of((1,), {}) == engine.key_of((), {"x": 1})
    assert engine.key_of((1,), {}) != engine.key_of((2,), {})
    assert engine.key_of((1,), {}).namespace is SHARED


def test_a_clearing_makes_other_keys(engine):
    before = engine.key_of((1,), {})
    engine.cache.clear()
    assert engine.key_of((1,), {}) != before


def test_a_call_that_can_not_be_made_has_no_key(engine):
    assert engine.key_of((), {}) is None


def test_what_is_kept_is_found(engine):
    key, value = engine.key_of((1,), {}), [1]
    assert engine.lookup(key) is MISS
    entry = engine.store(key, value, 0.5, [])
    assert engine.lookup(key) is entry
    assert entry.value == value
    assert entry.value is not value
    assert entry.size > 0


def test_what_is_kept_over_a_clearing_is_not_found(engine):
    key = engine.key_of((1,), {})
    engine.cache.clear()
    assert engine.store(key, [1], 0.5, []).value == [1]
    assert engine.lookup(key) is MISS
    assert engine.lookup(engine.key_of((1,), {})) is MISS


def test_what_can_not_be_copied_is_not_kept(engine):
    key = engine.key_of((1,), {})
    with pytest.warns(UserWarning, match="is not cached"):
        assert engine.store(key, (n for n in [1]), 0.5, []) is None
    assert engine.lookup(key) is MISS


def test_an_entry_is_stale_once_its_file_is_gone(engine, tmp_path):
    path = tmp_path / "a.txt"
    path.touch()
    key = engine.key_of((1,), {})
    engine.store(key, {"path": str(path)}, 0.5, [])
    assert engine.lookup(key) is not MISS
    path.unlink()
    assert engine.lookup(key) is MISS


def test_uncached_runs_have_a_mean_time(engine):
    engine.cache.uncached.__init__()
    assert engine.cache.uncached.seconds is None
    for x, seconds in enumerate((1.0, 3.0)):
        engine.store(engine.key_of((x,), {}), x, seconds, [])
    assert engine.cache.uncached.seconds == 2.0


def test_a_private_copy_is_another_object(engine):
    value = [1]
    assert engine.copy_of(value) == value
    assert engine.copy_of(value) is not value


def test_a_failure_while_copying_counts_as_not_copyable(engine, monkeypatch, caplog):
    def broken(_):
        raise ZeroDivisionError

    monkeypatch.setattr("gradio.caching.engine.snapshot", broken)
    with pytest.raises(UncopyableError):
        engine.copy_of([1])
    assert "copying" in caplog.text


class TestArguments:
    @pytest.mark.parametrize(
        ("one", "other"),
        [
            (np.arange(6), np.arange(6)),
            (Image.new("RGB", (4, 4), "red"), Image.new("RGB", (4, 4), "red")),
            ({"a": [1, (2,)]}, {"a": [1, (2,)]}),
        ],
    )
    def test_equal_content_is_an_equal_call(self, one, other):
        cached = gr.cache(counted())
        cached(one)
        cached(other)
        assert len(cached.cache) == 1
        assert cached.__wrapped__.runs == 1

    @pytest.mark.parametrize(
        ("one", "other"),
        [
            (np.arange(6), np.arange(6.0)),
            (np.arange(6), np.arange(6).reshape(2, 3)),
            (Image.new("RGB", (4, 4)), Image.new("RGBA", (4, 4))),
            (1, True),
            (-1, -2),
            ("1", 1),
        ],
    )
    def test_other_content_is_another_call(self, one, other):
        cached = gr.cache(counted())
        cached(one)
        cached(other)
        assert cached.__wrapped__.runs == 2

    def test_an_argument_changed_in_place_is_another_call(self):
        cached = gr.cache(counted(lambda values: sum(values)))
        values = [1, 2]
        assert cached(values) == 3
        values.append(3)
        assert cached(values) == 6

    def test_a_call_changing_its_argument_is_keyed_by_what_it_got(self):
        cached = gr.cache(counted(lambda values: values.pop()))
        assert [cached([1, 2]), cached([1, 2]), cached([1])] == [2, 2, 1]
        assert cached.__wrapped__.runs == 2

    @pytest.mark.parametrize("shape", ["cyclic", "deep"])
    def test_cyclic_and_deep_arguments(self, shape):
        def make():
            value = [1]
            if shape == "cyclic":
                value.append(value)
            else:
                for _ in range(10_000):
                    value = [value]
            return value

        cached = gr.cache(counted(lambda value: len(value)))
        assert cached(make()) == cached(make())
        assert cached.__wrapped__.runs == 1

    @EACH_KIND
    def test_one_warning_names_what_has_no_content_and_the_cure(self, fn):
        cached = gr.cache(fn)
        lock = threading.Lock()
        with warnings.catch_warnings(record=True) as seen:
            warnings.simplefilter("always")
            assert outcome(cached, lock) == outcome(cached, lock) == outcome(fn, lock)
        assert len(seen) == 1
        assert "'x'" in str(seen[0].message)
        assert "key=" in str(seen[0].message)
        assert len(cached.cache) == 0

    @pytest.mark.parametrize("args", [(), (1, 2)])
    @EACH_KIND
    def test_a_call_that_the_function_refuses_raises_its_error(self, fn, args):
        with pytest.raises(TypeError, match="argument"):
            outcome(gr.cache(fn), *args)

    def test_progress_and_caches_do_not_count(self):
        runs = []

        @gr.cache
        def fn(x, progress=gr.Progress(), c=gr.Cache()):  # noqa: ARG001, B008
            runs.append(x)
            c.set(x, y=x)
            return x

        assert [fn(1), fn(1), fn(1, gr.Progress())] == [1, 1, 1]
        assert runs == [1]
