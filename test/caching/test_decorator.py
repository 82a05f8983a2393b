import asyncio
import functools
import inspect
import subprocess
import sys

import pytest

import gradio as gr
from gradio.caching.wrapping import engine_of
from support.kinds import (
    EACH_KIND,
    KINDS,
    double,
    double_later,
    doubles,
    outcome,
)


class TestForms:
    @pytest.mark.parametrize(
        "decorate",
        [
            lambda fn: gr.cache(fn),
            lambda fn: gr.cache()(fn),
            lambda fn: gr.cache(fn=fn),
            lambda fn: gr.cache(None)(fn),
            lambda fn: gr.cache(None, max_size=256)(fn),
            lambda fn: gr.cache(max_size=256)(fn),
            lambda fn: gr.cache(fn, key=lambda kwargs: kwargs["x"]),
            lambda fn: gr.cache(key=None, max_memory="1mb", per_session=True)(fn),
        ],
    )
    def test_all_forms_cache(self, decorate):
        runs = []

        def fn(x):
            runs.append(x)
            return [x]

        cached = decorate(fn)
        assert [cached(1), cached(1), cached(2)] == [[1], [1], [2]]
        assert runs == [1, 2]
        assert len(cached.cache) == 2

    @pytest.mark.parametrize("result", [1, "text", 0.5, [1]])
    def test_the_result_of_a_call_is_refused_with_the_cure(self, result):
        with pytest.raises(TypeError, match=r"Use gr\.cache\(fn\)\(\*args\)"):
            gr.cache(result)

    @pytest.mark.parametrize(
        ("settings", "error", "match"),
        [
            ({"max_size": -1}, ValueError, "max_size"),
            ({"max_size": "many"}, TypeError, "max_size"),
            ({"max_memory": "lots"}, ValueError, "max_memory"),
            ({"max_memory": 0}, ValueError, "max_memory"),
            ({"key": "x"}, TypeError, "key"),
            ({"per_session": "yes"}, TypeError, "per_session"),
        ],
    )
    def test_wrong_settings_raise_at_decoration(self, settings, error, match):
        with pytest.raises(error, match=match):
            gr.cache(**settings)
        with pytest.raises(error, match=match):
            gr.cache(double, **settings)

    def test_settings_are_named(self):
        with pytest.raises(TypeError):
            gr.cache(double, 5)


class TestKinds:
    @EACH_KIND
    def test_the_result_is_of_the_same_kind(self, fn):
        cached = gr.cache(fn)
        for is_kind in KINDS.values():
            assert is_kind(cached) == is_kind(fn)

    @EACH_KIND
    def test_gives_the_same_result_again(self, fn):
        cached = gr.cache(fn)
        assert outcome(cached, 3) == outcome(cached, 3) == outcome(fn, 3)
        assert len(cached.cache) == 1

    @EACH_KIND
    def test_keeps_name_docstring_and_signature(self, fn):
        cached = gr.cache(fn)
        for attribute in ("__name__", "__qualname__", "__doc__", "__module__"):
            assert getattr(cached, attribute) == getattr(fn, attribute)
        assert inspect.signature(cached) == inspect.signature(fn)
        assert cached.__wrapped__ is fn

    def test_keeps_type_hints(self):
        def fn(x: int, *, y: str = "a") -> list[int]:
            return [x, len(y)]

        assert inspect.get_annotations(gr.cache(fn)) == fn.__annotations__

    def test_a_decorator_that_makes_a_coroutine_function_plain(self):
        @functools.wraps(double_later)
        def plain(x):
            return asyncio.run(double_later(x))

        cached = gr.cache(plain)
        assert cached(1) == cached(1) == [1, 1]
        assert len(cached.cache) == 1

    def test_a_decorator_that_makes_a_generator_function_plain(self):
        @functools.wraps(doubles)
        def plain(x):
            return list(doubles(x))

        cached = gr.cache(plain)
        assert cached(1) == cached(1) == [[1], [1, 1]]

    def test_a_builtin(self):
        cached = gr.cache(max)
        assert cached(1, 2) == cached(1, 2) == 2
        assert len(cached.cache) == 1


class TestKeyFunction:
    def test_leaves_out_what_does_not_count(self):
        runs = []

        @gr.cache(key=lambda kwargs: kwargs["prompt"])
        def generate(prompt, seed=0):
            runs.append(seed)
            return prompt.upper()

        assert generate("a", 1) == generate("a", seed=2) == generate("a") == "A"
        assert runs == [1]

    def test_sees_defaults_and_flat_keywords(self):
        seen = []

        @gr.cache(key=lambda kwargs: seen.append(kwargs))
        def fn(a, b=2, *, c=3, **more):
            return a, b, c, more

        fn(1, d=4)
        assert seen == [{"a": 1, "b": 2, "c": 3, "d": 4}]

    def test_can_not_change_what_the_function_gets(self):
        @gr.cache(key=lambda kwargs: kwargs.pop("a"))
        def fn(a, **more):
            return a, more

        assert fn(a=1, b=2) == (1, {"b": 2})

    @EACH_KIND
    def test_its_error_passes_through_and_nothing_is_stored(self, fn):
        error = KeyError("temperature")

        def key(_):
            raise error

        cached = gr.cache(fn, key=key)
        with pytest.raises(KeyError) as raised:
            outcome(cached, 1)
        assert raised.value is error
        assert len(cached.cache) == 0


class TestMark:
    @EACH_KIND
    def test_only_what_cache_made_has_an_engine(self, fn):
        cached = gr.cache(fn)
        assert engine_of(cached) is not None
        assert engine_of(fn) is None

    def test_a_wrapper_of_a_cached_function_has_none(self):
        cached = gr.cache(double)

        @functools.wraps(cached)
        def wrapper(x):
            return cached(x) + ["wrapped"]

        assert engine_of(wrapper) is None
        assert engine_of(functools.partial(cached, 1)) is None

    @pytest.mark.parametrize("attribute", ["cache", "__gradio_cache__"])
    def test_an_attribute_of_somebody_else_is_none(self, attribute):
        def fn(x):
            return x

        setattr(fn, attribute, {"mine": 1})
        assert engine_of(fn) is None

    def test_functools_caches_are_left_alone(self):
        assert engine_of(functools.cache(double)) is None

    def test_cached_twice_is_cached(self):
        runs = []

        def fn(x):
            runs.append(x)
            return [x]

        twice = gr.cache(gr.cache(fn))
        assert twice(1) == twice(1) == [1]
        assert runs == [1]
        assert engine_of(twice) is not None


def test_importing_the_cache_does_not_import_msgpack():
    program = (
        "import sys, gradio.caching.types, gradio.caching.wrapping\n"
        "assert not {'msgpack', 'gradio.caching.types.packed'} & sys.modules.keys()"
    )
    subprocess.run([sys.executable, "-c", program], check=True)
