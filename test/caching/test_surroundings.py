"""What a call depends on besides its arguments, as it is at the time of the call."""

import functools
import threading
from types import FunctionType

import pytest

import gradio as gr
from gradio.caching.calls.call_keys import INPUT, CallKeys
from gradio.caching.wrapping import engine_of
from support.decorators import passing_on


def by_default(settings):
    def fn(text, settings=settings):
        return settings["mode"] + text

    return fn


def by_keyword(settings):
    def fn(text, *, settings=settings):
        return settings["mode"] + text

    return fn


def within_a_partial(settings):
    return functools.partial(by_default(settings))


def within_a_decorator_within_a_partial(settings):
    return functools.partial(passing_on(by_default(settings)))


def by_a_partial_s_keyword(settings):
    def fn(text, settings):
        return settings["mode"] + text

    return functools.partial(fn, settings=settings)


def by_a_partial_s_position(settings):
    def fn(settings, text):
        return settings["mode"] + text

    return functools.partial(fn, settings)


def by_a_method(settings):
    class Model:
        def fn(self, text, settings=settings):
            return settings["mode"] + text

    return Model().fn


@pytest.mark.parametrize(
    "make",
    [
        *(by_default, by_keyword, by_a_method),
        *(within_a_partial, within_a_decorator_within_a_partial),
        *(by_a_partial_s_keyword, by_a_partial_s_position),
    ],
)
@pytest.mark.parametrize("times", [1, 2])
def test_what_is_filled_in_below_decorators_counts(make, times):
    settings = {"mode": "a"}
    fn = make(settings)
    for _ in range(times):
        fn = passing_on(fn)
    cached = gr.cache(fn)
    for mode in "aba":
        settings["mode"] = mode
        assert cached("x") == cached("x") == mode + "x"
    assert len(cached.cache) == 2
    assert CallKeys(fn).besides((INPUT,)) is None


def test_defaults_below_decorators_may_be_replaced():
    def fn(text, mode="a"):
        return mode + text

    cached = gr.cache(passing_on(fn))
    assert cached("x") == "ax"
    fn.__defaults__ = ("b",)
    assert cached("x") == "bx"


def test_what_gradio_injects_below_a_decorator_does_not_count():
    def fn(text, progress=gr.Progress(), data=gr.Cache()):  # noqa: B008
        return text

    keys = engine_of(gr.cache(passing_on(fn))).keys
    assert keys.besides((INPUT,)) is not None


def by_position(settings):
    return functools.partial(lambda settings, text: settings["mode"] + text, settings)


def in_a_list(settings):
    return functools.partial(lambda all_, text: all_[0]["mode"] + text, [settings])


@pytest.mark.parametrize("make", [by_position, in_a_list])
def test_what_a_partial_holds_counts_around_what_has_no_content(make):
    settings = {"mode": "a", "lock": threading.Lock()}
    cached = gr.cache(make(settings))
    for mode in "aba":
        settings["mode"] = mode
        assert cached("x") == cached("x") == mode + "x"
    assert len(cached.cache) == 2


class Proxy:
    """Answers for what it wraps, as those of `wrapt` do."""

    def __init__(self, wrapped):
        self.__dict__["__wrapped__"] = wrapped

    def __getattr__(self, name):
        return getattr(self.__dict__["__wrapped__"], name)

    def __call__(self, *args):
        return self.__wrapped__(*args) * 2


class Model:
    @gr.cache
    def run(self, text):
        return text


def test_a_proxy_is_not_what_it_wraps():
    model = Model()
    assert engine_of(model.run) is not None
    assert engine_of(Proxy(model.run)) is None
    assert isinstance(Proxy(model.run).__func__, FunctionType)


def test_a_partial_method_is_the_same_function_each_time():
    class Greeter:
        def greet(self, greeting, name):
            runs.append(name)
            return f"{greeting}, {name}"

        hello = functools.partialmethod(greet, "hello")

    runs, greeter = [], Greeter()
    for _ in range(2):
        assert gr.cache(greeter.hello)("ann") == "hello, ann"
    assert runs == ["ann"]
