"""Objects, partials and methods of classes as cached functions."""

import asyncio
import functools
import gc
import inspect
import threading

import pytest

import gradio as gr
from gradio.caching.wrapping import engine_of
from support.kinds import EACH_KIND, outcome


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

    def test_a_bound_method_has_the_engine_of_its_function(self):
        assert engine_of(Model().method) is engine_of(Model.method) is not None


async def _awaited(fn):
    return await fn()
