"""Functions that are made while a program runs."""

import functools
import gc
import weakref

import gradio as gr
from gradio.caching import wrapping


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
        class Model:
            runs = ()

            def plain(self, x):
                self.runs += (x,)

        model = Model()
        for _ in range(3):
            gr.cache(model.plain)(1)
        assert model.runs == (1,)

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
        assert len(wrapping._CACHES._records) <= wrapping._CACHES._limit

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
