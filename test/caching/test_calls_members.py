"""What `self` counts as: methods are found by the members of classes."""

import functools
import threading
from types import MethodType

import pytest

import gradio as gr
from support.decorators import nameless, passing_on


def with_self(fn):
    @functools.wraps(fn)
    def wrapper(self, *args):
        return fn(self, *args)

    return wrapper


class Marked:
    """A descriptor of a user's own."""

    def __init__(self, fn):
        self.fn = fn

    def __get__(self, instance, owner):
        return self if instance is None else MethodType(self.fn, instance)


class Model:
    """Holds a lock, so that it has no content."""

    def __init__(self):
        self.lock = threading.Lock()
        self.runs = 0

    def _ran(self, x):
        self.runs += 1
        return x

    @gr.cache
    def plain(self, x):
        return self._ran(x)

    @gr.cache
    @passing_on
    def over_wraps(self, x):
        return self._ran(x)

    @gr.cache
    @passing_on
    @passing_on
    def over_two(self, x):
        return self._ran(x)

    @gr.cache
    @with_self
    def over_self(self, x):
        return self._ran(x)

    @passing_on
    @gr.cache
    @passing_on
    def between(self, x):
        return self._ran(x)

    @gr.cache
    @nameless
    def over_nameless(self, x):
        return self._ran(x)

    @nameless
    @gr.cache
    def below_nameless(self, x):
        return self._ran(x)

    @gr.cache
    def __private(self, x):
        return self._ran(x)

    def private(self, x):
        return self.__private(x)

    @property
    @gr.cache
    def a_property(self):
        return self._ran(1)

    def through_property(self, _):
        return self.a_property

    @functools.singledispatchmethod
    @gr.cache
    def dispatched(self, x):
        return self._ran(x)

    @dispatched.register
    @gr.cache
    def _(self, x: str):
        return self._ran(x)

    def through_dispatch(self, x):
        return self.dispatched(x), self.dispatched(str(x))

    @gr.cache
    def _first(self, a, x):
        return self._ran((a, x))

    partial = functools.partialmethod(_first, "a")
    alias = plain

    @Marked
    @gr.cache
    def described(self, x):
        return self._ran(x)

    @gr.cache
    def __call__(self, x):
        return self._ran(x)

    @functools.cached_property
    @gr.cache
    def _once(self):
        return self._ran(1)

    def through_cached_property(self, x):
        vars(self).pop("_once", None)
        return self._once

    @gr.cache
    async def later(self, x):
        return self._ran(x)


class Child(Model):
    def plain(self, x):
        return super().plain(x)


METHODS = [
    *("plain", "over_wraps", "over_two", "over_self", "between", "over_nameless"),
    *("below_nameless", "private", "through_property", "partial", "alias"),
    *("described", "__call__", "through_cached_property"),
]


@pytest.mark.parametrize("model", [Model, Child])
@pytest.mark.parametrize("name", METHODS)
def test_a_method_counts_its_object_as_the_one_that_it_is(name, model, recwarn):
    one, other = model(), model()
    for each in (one, other):
        assert getattr(each, name)(1) == getattr(each, name)(1)
    assert (one.runs, other.runs) == (1, 1)
    assert not [w for w in recwarn if "uncached" in str(w.message)]


def test_a_method_for_each_type_counts_its_object_as_the_one_that_it_is():
    model = Model()
    for _ in range(2):
        assert model.through_dispatch(1) == (1, "1")
    assert model.runs == 2


def test_a_method_that_is_attached_to_an_object_without_content():
    def plain(self, x):
        return self._ran(x)

    model = Model()
    model.attached = MethodType(gr.cache(plain), model)
    assert [model.attached(1), model.attached(1)] == [1, 1]
    assert model.runs == 1


def test_a_method_that_a_class_is_given_later():
    @gr.cache
    @passing_on
    def later(self, x):
        return self._ran(x)

    class Late(Model):
        pass

    Late.named_otherwise = later
    model = Late()
    assert [model.named_otherwise(1), model.named_otherwise(1)] == [1, 1]
    assert model.runs == 1


def test_a_static_method_is_not_cached_for_what_has_no_content():
    class Own(Model):
        @staticmethod
        @gr.cache
        def static(model):
            return model._ran(1)

    model = Own()
    with pytest.warns(UserWarning, match="'model'"):
        assert [Own.static(model), Own.static(model)] == [1, 1]
    assert model.runs == 2
