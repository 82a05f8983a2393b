import functools
import inspect

import pytest

from gradio.caching.calls.signatures import (
    Bound,
    are_alike,
    bound_by,
    live_defaults,
    own_signature,
    told_signature,
    wrapped_callables,
)
from support.decorators import passing_on
from support.things import Slotted, Thing

DEFAULT = object()


def ask(text, model="large"):
    return f"{model}: {text}"


def claiming(fn):
    """Says that it takes something else than it does."""
    wrapper = passing_on(fn)
    wrapper.__signature__ = inspect.signature(lambda prompt: None)
    return wrapper


class Decorator:
    def __init__(self, fn):
        functools.update_wrapper(self, fn)
        self.fn = fn

    def __call__(self, *args, **kwargs):
        return self.fn(*args, **kwargs)


class Model:
    def __init__(self, mode, size=1):
        self.mode = mode

    def method(self, text, *, last=DEFAULT):
        return text

    def variadic(*args):
        return args

    def __call__(self, prompt, n=2):
        return prompt


class Static:
    @staticmethod
    def __call__(text):
        return text


class Made(Model):
    def __new__(cls, *args):
        return super().__new__(cls)


@pytest.mark.parametrize(
    ("fn", "names"),
    [
        (ask, ["text", "model"]),
        (passing_on(ask), ["args", "kwargs"]),
        (claiming(ask), ["args", "kwargs"]),
        (Decorator(ask), ["args", "kwargs"]),
        (functools.lru_cache(ask), ["args", "kwargs"]),
        (functools.partial(ask, "a"), ["model"]),
        (functools.partial(ask, model="a"), ["text", "model"]),
        (functools.partial(passing_on(ask), "a"), ["args", "kwargs"]),
        (functools.partial(functools.partial(ask, "a"), "b"), []),
        (Model("a").method, ["text", "last"]),
        (Model("a").variadic, ["args"]),
        (Model("a"), ["prompt", "n"]),
        (Model, ["mode", "size"]),
        # What makes the object may take anything else.
        (Made, ["args", "kwargs"]),
        (int, ["args", "kwargs"]),
        (Static(), ["text"]),
        (Slotted().method, []),
        (Thing.of_class, []),
        (len, ["obj"]),
        (max, ["args", "kwargs"]),
        (1, ["args", "kwargs"]),
    ],
)
def test_the_parameters_are_those_of_the_callable_itself(fn, names):
    assert list(own_signature(fn).parameters) == names


@pytest.mark.parametrize(
    ("fn", "names"),
    [
        (passing_on(ask), ["text", "model"]),
        (claiming(ask), ["prompt"]),
        (Decorator(ask), ["text", "model"]),
        (max, None),
        (1, None),
    ],
)
def test_what_a_callable_says_it_takes_is_another_thing(fn, names):
    told = told_signature(fn)
    assert names == (told and list(told.parameters))


@pytest.mark.parametrize(
    ("other", "alike"),
    [
        (lambda a, b=DEFAULT: None, True),
        (lambda a, b=DEFAULT: a + b, True),
        (lambda a, b=(): None, False),
        (lambda a, *, b=DEFAULT: None, False),
        (lambda b, a=DEFAULT: None, False),
        (lambda a: None, False),
        (lambda a, b=DEFAULT, *c: None, False),
    ],
)
def test_signatures_are_alike_in_names_kinds_and_default_objects(other, alike):
    one = inspect.signature(lambda a, b=DEFAULT: None)
    assert are_alike(one, inspect.signature(other)) is alike


@pytest.mark.parametrize(
    ("fn", "defaults"),
    [
        (ask, (("large",),)),
        (lambda a: a, (None,)),
        (Model("a").method, (None, DEFAULT)),
        (Model("a"), ((2,),)),
        (functools.partial(ask, "a", model="b"), ("b", ("large",))),
        (len, ()),
        (1, ()),
    ],
)
def test_what_a_callable_fills_in_is_listed_as_it_is_now(fn, defaults):
    assert live_defaults(fn) == defaults


def test_defaults_that_are_put_in_place_later_are_listed():
    def fn(a=1):
        return a

    fn.__defaults__ = (2,)
    assert live_defaults(fn) == ((2,),)


def test_what_is_wrapped_comes_from_the_outside_in():
    inner, model = passing_on(ask), Model("a")
    partial = functools.partial(inner, "a")
    assert list(wrapped_callables(passing_on(partial))) == [partial, ask]
    assert list(wrapped_callables(passing_on(inner))) == [inner, ask]
    assert list(wrapped_callables(partial)) == [ask]
    assert list(wrapped_callables(Decorator(model.method))) == [model.method]
    assert list(wrapped_callables(ask)) == list(wrapped_callables(1)) == []


def test_functions_that_wrap_each_other_are_listed_once():
    def one(): ...
    def other(): ...

    one.__wrapped__, other.__wrapped__ = other, one
    assert list(wrapped_callables(one)) == [other, one]


def test_what_a_call_is_given_besides_its_arguments():
    model, thing = Model("a"), [1]
    assert bound_by(ask) == bound_by(len) == bound_by(Model) == Bound()
    assert bound_by(model.method) == bound_by(model) == Bound((model,))
    assert bound_by(thing.append) == Bound((thing,))
    partial = functools.partial(functools.partial(model.method, 1, b=2, a=3), 4, b=5)
    assert bound_by(partial) == Bound((model,), (1, 4), (("a", 3), ("b", 5)))
