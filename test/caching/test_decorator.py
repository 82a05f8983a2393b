import asyncio
import functools
import gc
import inspect
import os
import threading
import warnings
import weakref
from dataclasses import dataclass

import numpy as np
import pytest
from PIL import Image

import gradio as gr
from gradio.caching import decorator
from gradio.caching.decorator import engine_of


def counted(fn=None):
    """A function that knows how often it ran, as `runs`."""

    @functools.wraps(fn or (lambda x: x))
    def run(*args, **kwargs):
        run.runs += 1
        return fn(*args, **kwargs) if fn else args

    run.runs = 0
    return run


def double(x):
    """Twice as much."""
    return [x, x]


async def double_later(x):
    return [x, x]


def doubles(x):
    yield [x]
    yield [x, x]


async def doubles_later(x):
    yield [x]
    yield [x, x]


async def _listed(items):
    return [item async for item in items]


def outcome(fn, *args, **kwargs):
    """What a call gives, as a plain value, whatever kind of function it is."""
    if inspect.iscoroutinefunction(fn):
        return asyncio.run(fn(*args, **kwargs))
    if inspect.isasyncgenfunction(fn):
        return asyncio.run(_listed(fn(*args, **kwargs)))
    result = fn(*args, **kwargs)
    return list(result) if inspect.isgenerator(result) else result


KINDS = {
    double: inspect.isfunction,
    double_later: inspect.iscoroutinefunction,
    doubles: inspect.isgeneratorfunction,
    doubles_later: inspect.isasyncgenfunction,
}
EACH_KIND = pytest.mark.parametrize("fn", KINDS)


class TestForms:
    @pytest.mark.parametrize(
        "decorate",
        [
            lambda fn: gr.cache(fn),
            lambda fn: gr.cache()(fn),
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

    @pytest.mark.parametrize("result", [1, "text", None, [1]])
    def test_the_result_of_a_call_is_refused_with_the_cure(self, result):
        with pytest.raises(TypeError, match=r"gr\.cache\(fn\)\(1\)"):
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


class Callable:
    def __init__(self):
        self.runs = 0

    def __call__(self, x):
        self.runs += 1
        return [x]


class CallableLater:
    async def __call__(self, x):
        return [x]


class CallableGenerator:
    def __call__(self, x):
        yield x


class CallableGeneratorLater:
    async def __call__(self, x):
        yield x


class Model:
    def __init__(self):
        self.lock = threading.Lock()
        self.runs = []

    @gr.cache
    def method(self, x):
        self.runs.append(x)
        return [x]

    def plain(self, x):
        self.runs.append(x)
        return [x]

    @classmethod
    @gr.cache
    def of_class(cls, x):
        return cls, x

    @gr.cache
    @classmethod
    def of_class_outside(cls, x):
        return cls, x

    @staticmethod
    @gr.cache
    def static(x):
        return [x]

    @gr.cache
    @staticmethod
    def static_outside(x):
        return [x]


class Child(Model):
    def method(self, x):
        return ["child", *super().method(x)]


class TestCallables:
    @pytest.mark.parametrize(
        ("make", "is_kind"),
        [
            (Callable, inspect.isfunction),
            (CallableLater, inspect.iscoroutinefunction),
            (CallableGenerator, inspect.isgeneratorfunction),
            (CallableGeneratorLater, inspect.isasyncgenfunction),
        ],
    )
    def test_objects(self, make, is_kind):
        cached = gr.cache(make())
        assert is_kind(cached)
        assert outcome(cached, 1) == outcome(cached, 1) == [1]
        assert len(cached.cache) == 1

    def test_an_object_s_call_runs_once(self):
        fn = Callable()
        gr.cache(fn)(1)
        gr.cache(fn)(1)
        assert fn.runs == 1

    @EACH_KIND
    def test_partials(self, fn):
        cached = gr.cache(functools.partial(fn, 5))
        assert outcome(cached) == outcome(cached) == outcome(fn, 5)
        assert len(cached.cache) == 1

    def test_a_partial_of_an_async_object(self):
        cached = gr.cache(functools.partial(CallableLater(), 5))
        assert asyncio.run(_awaited(cached)) == [5]

    def test_each_instance_has_its_own_results(self):
        one, other = Model(), Model()
        assert one.method(1) == one.method(1) == other.method(1) == [1]
        assert (one.runs, other.runs) == ([1], [1])

    def test_a_method_inherited_and_called_through_super(self):
        child = Child()
        assert child.method(1) == child.method(1) == ["child", 1]
        assert child.runs == [1]

    @pytest.mark.parametrize("name", ["of_class", "of_class_outside"])
    def test_class_methods(self, name):
        assert getattr(Model, name)(1) == getattr(Model(), name)(1) == (Model, 1)
        assert getattr(Child, name)(1) == getattr(Child(), name)(1) == (Child, 1)

    @pytest.mark.parametrize("name", ["static", "static_outside"])
    def test_static_methods(self, name):
        assert getattr(Model, name)(1) == getattr(Model(), name)(1) == [1]

    def test_an_instance_is_not_kept_alive(self):
        gone = []
        model = Model()
        model.method(1)
        model.__class__ = type("Told", (Model,), {"__del__": lambda _: gone.append(1)})
        gr.cache(model.plain)(1)
        del model
        gc.collect()
        assert gone


async def _awaited(fn):
    return await fn()


class TestAtRuntime:
    """`gr.cache(fn)` inside a handler, on each request."""

    def runs(self, make, requests=3):
        runs = []
        for _ in range(requests):
            gr.cache(make(runs))(1)
        return len(runs)

    def test_a_lambda_shares_one_cache(self):
        assert self.runs(lambda runs: lambda x: runs.append(x)) == 1

    def test_a_bound_method_shares_one_cache(self):
        model = Model()
        for _ in range(3):
            gr.cache(model.plain)(1)
        assert model.runs == [1]

    def test_a_partial_shares_one_cache(self):
        def plain(remember, x):
            remember(x)

        assert self.runs(lambda runs: functools.partial(plain, runs.append)) == 1

    def test_a_lambda_around_a_local_function_shares_one_cache(self):
        def make(runs):
            def helper(x):
                runs.append(x)

            return lambda x: helper(x)

        assert self.runs(make) == 1

    def test_a_counter_does_not_make_another_function(self):
        count = 0

        def counting(x):
            nonlocal count
            count += 1
            return x

        for _ in range(3):
            gr.cache(counting)(1)
        assert count == 1

    def test_other_captures_have_another_cache(self):
        def make(factor):
            return lambda x: factor * x

        assert [gr.cache(make(f))(2) for f in (1, 2, 3, True, 1.0)] == [2, 4, 6, 2, 2.0]

    def test_a_loop_s_variable_counts_as_it_is_in_each_round(self):
        results = []
        for model in (str.upper, str.lower, str.title):
            results.append(gr.cache(lambda text: model(text))("aB"))  # noqa: B023
        assert results == ["AB", "ab", "Ab"]

    def test_variables_that_are_set_after_the_decoration(self):
        def make(factor):
            @gr.cache
            def scale(x):
                return late * x

            late = factor
            return scale

        assert [make(f)(2) for f in (1, 2, 3)] == [2, 4, 6]

    def test_other_settings_have_another_cache(self):
        runs = []

        def fn(x):
            runs.append(x)

        for settings in (
            {},
            {"max_size": 5},
            {"key": lambda _: 1},
            {"max_memory": "1kb"},
        ):
            gr.cache(fn, **settings)(1)
            gr.cache(fn, **settings)(1)
        assert len(runs) == 4

    def test_a_key_that_is_made_anew_is_the_same_setting(self):
        runs = []

        def fn(x, seed):
            runs.append((x, seed))

        for seed in range(3):
            gr.cache(fn, key=lambda kwargs: kwargs["x"])(1, seed)
        assert runs == [(1, 0)]

    def test_instances_that_come_and_go_never_share(self):
        class Holder:
            def __init__(self, value):
                self.value = value

            def get(self):
                return self.value

        got = [gr.cache(Holder(i).get)() for i in range(500)]
        assert got == list(range(500))

    def test_nothing_grows(self):
        def make(i):
            return lambda x: (i, x)

        for i in range(1000):
            assert gr.cache(make(i))(0) == (i, 0)
        assert len(decorator._CACHES._records) <= decorator._CACHES._limit

    def test_dead_closures_and_what_they_captured_are_not_held(self):
        class Model:
            def __init__(self):
                self.weights = bytearray(1000)

        def make(model):
            return lambda x: (x, len(model.weights))

        alive = []
        for _ in range(50):
            model = Model()
            alive.append(weakref.ref(model))
            assert gr.cache(make(model))(1) == (1, 1000)
        del model
        assert sum(ref() is not None for ref in alive) <= 3

    def test_a_cached_function_goes_without_the_collector(self):
        gc.collect()
        gc.disable()
        try:
            cached = gr.cache(lambda x: x)
            ref = weakref.ref(cached)
            assert cached(1) == 1
            del cached
            assert ref() is None
        finally:
            gc.enable()


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


class TestGenerators:
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
            try:
                yield 1
                yield 2
            finally:
                log.append("closed")

        items = fn()
        next(items)
        items.close()
        assert log == ["closed"]
        assert len(fn.cache) == 0
        assert list(fn()) == [1, 2]
        assert len(fn.cache) == 1

    def test_async_closed_early_it_is_closed_at_once_and_nothing_is_stored(self):
        log = []

        @gr.cache
        async def fn():
            try:
                yield 1
                yield 2
            finally:
                log.append("closed")

        async def main():
            items = fn()
            await anext(items)
            await items.aclose()
            assert log == ["closed"]
            assert len(fn.cache) == 0

        asyncio.run(main())

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


class TestHandle:
    def test_clear_and_len(self):
        cached = gr.cache(counted())
        cached(1)
        cached(2)
        assert len(cached.cache) == 2
        assert cached.cache
        cached.cache.clear()
        assert len(cached.cache) == 0
        cached(1)
        assert cached.__wrapped__.runs == 3

    def test_a_result_computed_over_a_clearing_is_not_stored(self):
        @gr.cache
        def fn():
            fn.cache.clear()
            return 1

        fn()
        assert len(fn.cache) == 0

    def test_max_size_drops_the_least_recently_used(self):
        cached = gr.cache(counted(), max_size=2)
        for x in (1, 2, 1, 3, 1):
            cached(x)
        assert cached.__wrapped__.runs == 3
        cached(2)
        assert cached.__wrapped__.runs == 4
        assert len(cached.cache) == 2

    def test_max_size_is_128_by_default_and_0_is_no_limit(self):
        default, unlimited = gr.cache(counted()), gr.cache(counted(), max_size=0)
        for x in range(200):
            default(x)
            unlimited(x)
        assert (len(default.cache), len(unlimited.cache)) == (128, 200)

    def test_max_memory_holds(self):
        @gr.cache(max_memory="1mb")
        def zeros(n, kb):
            return np.full(kb * 1024, n % 256, np.uint8)

        for i in range(20):
            zeros(i, 300)
        assert len(zeros.cache) == 3
        zeros(0, 2000)
        assert len(zeros.cache) == 3


class TestMark:
    @EACH_KIND
    def test_only_what_cache_made_has_an_engine(self, fn):
        cached = gr.cache(fn)
        assert engine_of(cached) is not None
        assert engine_of(fn) is None

    def test_a_bound_method_has_the_engine_of_its_function(self):
        assert engine_of(Model().method) is engine_of(Model.method) is not None

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
