"""Calls of functions under other decorators: what they say, and what they do."""

import functools
import inspect
import warnings

import pytest

import gradio as gr
from gradio.caching.calls.call_keys import INPUT, CallKeys
from support.decorators import passing_on


def supplying(first):
    def decorate(fn):
        @functools.wraps(fn)
        def wrapper(*args, **kwargs):
            return fn(first, *args, **kwargs)

        return wrapper

    return decorate


def small_by_default(fn):
    @functools.wraps(fn)
    def wrapper(text, model="small"):
        return fn(text, model)

    return wrapper


def small_by_hand(fn):
    @functools.wraps(fn)
    def wrapper(*args, **kwargs):
        kwargs.setdefault("model", "small")
        return fn(*args, **kwargs)

    return wrapper


def reversing(fn):
    @functools.wraps(fn)
    def wrapper(*args, **kwargs):
        return fn(*reversed(args), **kwargs)

    return wrapper


def dropping(fn):
    @functools.wraps(fn)
    def wrapper(verbose, *args, **kwargs):
        return verbose, fn(*args, **kwargs)

    return wrapper


def claiming(fn):
    """Says that it takes something else than it does."""

    @functools.wraps(fn)
    def wrapper(*args, **kwargs):
        return fn(*args, **kwargs)

    wrapper.__signature__ = inspect.signature(lambda text, model="large": None)
    return wrapper


class Counting:
    """A decorator that is a class, such as those of many libraries."""

    def __init__(self, fn):
        functools.update_wrapper(self, fn)
        self.fn, self.runs = fn, 0

    def __call__(self, *args, **kwargs):
        self.runs += 1
        return self.fn(*args, **kwargs)


def ask(text, model="large"):
    return f"{model}: {text}"


DECORATORS = {
    "passing on": passing_on,
    "another default": small_by_default,
    "another default, by hand": small_by_hand,
    "another order": reversing,
    "one dropped": dropping,
    "another signature": claiming,
    "a class": Counting,
    "a partial inside": lambda fn: passing_on(functools.partial(fn, model="tiny")),
    "a partial outside": lambda fn: functools.partial(passing_on(fn), model="tiny"),
    "a partial of another default": lambda fn: functools.partial(small_by_hand(fn)),
    "two": lambda fn: passing_on(small_by_hand(fn)),
    "lru_cache": functools.lru_cache,
}

CALLS = [
    (("a",), {}),
    (("a", "large"), {}),
    (("large", "a"), {}),
    (("a", "small"), {}),
    ((), {"text": "a"}),
    (("a",), {"model": "large"}),
    (("a",), {"model": "small"}),
    ((), {"text": "a", "model": "large"}),
    ((), {"model": "small", "text": "a"}),
    (("a", "b", "c"), {}),
]


def outcome(fn, args, kwargs):
    try:
        return fn(*args, **kwargs)
    except TypeError:
        return TypeError


@pytest.mark.parametrize("name", DECORATORS)
def test_every_call_is_answered_as_without_a_cache(name):
    plain = DECORATORS[name](ask)
    cached = gr.cache(DECORATORS[name](ask))
    for args, kwargs in [*CALLS, *reversed(CALLS)]:
        assert outcome(cached, args, kwargs) == outcome(plain, args, kwargs)


@pytest.mark.parametrize("name", DECORATORS)
def test_the_same_call_again_is_answered_from_memory(name):
    runs = []

    def counted(text, model="large"):
        runs.append(text)
        return f"{model}: {text}"

    cached = gr.cache(DECORATORS[name](counted))
    for args, kwargs in CALLS:
        first = outcome(cached, args, kwargs)
        before = len(runs)
        if first is not TypeError:
            assert outcome(cached, args, kwargs) == first
            assert len(runs) == before


@pytest.mark.parametrize("decorator", [supplying("db"), reversing, dropping])
def test_a_decorator_that_supplies_or_moves_arguments_is_cached(decorator):
    runs = []

    @gr.cache
    @decorator
    def fetch(*args):
        runs.append(args)
        return args

    assert fetch("a", "b") == fetch("a", "b") != fetch("b", "a")
    assert len(runs) == 2


def test_a_key_gets_names_of_the_function_below_but_not_its_defaults():
    seen = []

    @gr.cache(key=lambda named: seen.append(dict(named)))
    @passing_on
    def fn(text, model="large", **more):
        return text, model, more

    fn("a")
    fn("a", x=1)
    fn("a", "b")
    assert seen == [
        {"text": "a"},
        {"text": "a", "x": 1},
        {"text": "a", "model": "b"},
    ]


def test_a_key_that_asks_for_a_hidden_default_is_told_the_cure():
    runs = []

    @gr.cache(key=lambda named: (named["text"], named["model"]))
    @small_by_hand
    def fn(text, model="large"):
        runs.append(model)
        return f"{model}: {text}"

    with pytest.warns(UserWarning, match="below that decorator"):
        assert fn("a") == fn("a") == "small: a"
    assert fn("a", model="large") == fn("a", model="large") == "large: a"
    assert runs == ["small", "small", "large"]


def test_a_key_s_own_mistake_still_passes_through():
    fn = gr.cache(passing_on(ask), key=lambda named: named["no such"])
    with pytest.raises(KeyError, match="no such"):
        fn("a")


def test_a_key_below_the_decorator_sees_its_default():
    seen = []
    fn = small_by_default(gr.cache(ask, key=lambda named: seen.append(dict(named))))
    fn("a")
    assert seen == [{"text": "a", "model": "small"}]


def test_a_key_gets_the_decorator_s_own_default():
    seen = []
    fn = gr.cache(small_by_default(ask), key=lambda named: seen.append(dict(named)))
    fn("a")
    assert seen == [{"text": "a", "model": "small"}]


def test_what_can_not_change_costs_no_key():
    def fn(text, n=3, mode="a", kind=int, more=(1, "b"), *, last=None):
        return text, n, mode, kind, more, last

    keys = CallKeys(fn)
    assert keys.besides((INPUT,)) == keys.besides((INPUT,))
    assert CallKeys(ask).besides((INPUT, INPUT)) == b""
    fn.__kwdefaults__ = {"last": 1}
    assert keys.besides((INPUT,)) != CallKeys(ask).besides((INPUT,))


def test_what_gradio_injects_never_counts_under_a_decorator():
    runs, cache = [], gr.Cache()

    @gr.cache
    @passing_on
    def fn(text, n=1, c=cache, p=gr.Progress()):  # noqa: B008
        runs.append((text, n))
        return text, n

    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert fn("a", 1, cache, gr.Progress()) == fn("a", 1) == ("a", 1)
        assert fn("a", 1, c=cache) == fn("a", 1, gr.Cache()) == ("a", 1)
    assert runs == [("a", 1)]
