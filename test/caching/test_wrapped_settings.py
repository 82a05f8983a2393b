"""What decorators and partials hold, which may be changed later."""

import copy
import functools

import pytest

import gradio as gr
from gradio.caching.calls.call_keys import INPUT, CallKeys


class Options:
    def __init__(self, **options):
        vars(self).update(options)

    def __eq__(self, other):
        return vars(self) == vars(other)


MUTABLES = [
    ({"mode": "a"}, lambda d: d.update(mode="b")),
    (["a"], lambda values: values.append("b")),
    (Options(mode="a"), lambda options: setattr(options, "mode", "b")),
]


def contents(value):
    return repr(vars(value) if isinstance(value, Options) else value)


@pytest.mark.parametrize("place", ["default", "keyword", "position", "keyword only"])
@pytest.mark.parametrize("nth", range(len(MUTABLES)))
def test_settings_that_are_changed_later_are_seen(place, nth):
    settings, change = copy.deepcopy(MUTABLES[nth][0]), MUTABLES[nth][1]

    def by_default(text, settings=settings):
        return text, contents(settings)

    def by_keyword(text, *, settings=settings):
        return text, contents(settings)

    def first(settings, text):
        return text, contents(settings)

    fn = {
        "default": by_default,
        "keyword": functools.partial(by_default, settings=settings),
        "position": functools.partial(first, settings),
        "keyword only": by_keyword,
    }[place]
    cached = gr.cache(fn)
    before = cached("x")
    assert cached("x") == before == fn("x")
    change(settings)
    assert cached("x") == fn("x") != before
    assert CallKeys(fn).besides((INPUT,)) is None


def test_other_defaults_that_are_put_in_place_later_are_seen():
    def fn(text, a=1, *, b=1):
        return text, a, b

    partial = functools.partial(fn, b=5)
    cached, bound = gr.cache(fn), gr.cache(partial)
    assert (cached("x"), bound("x")) == (("x", 1, 1), ("x", 1, 5))
    fn.__defaults__ = (2,)
    assert (cached("x"), bound("x")) == (("x", 2, 1), ("x", 2, 5))
    fn.__kwdefaults__["b"] = 3
    partial.keywords["b"] = 6
    assert (cached("x"), bound("x")) == (("x", 2, 3), ("x", 2, 6))


def test_a_partial_s_function_and_model_count_as_which_they_are():
    class Model:
        def __call__(self, text):
            return text

    def predict(model, helper, text):
        runs.append(text)
        return helper(model(text))

    runs, model = [], Model()
    cached = gr.cache(functools.partial(predict, model, str.upper))
    assert cached("a") == "A"
    model.counter = 1
    assert cached("a") == "A"
    assert runs == ["a"]


class Slotted:
    __slots__ = ("mode",)

    def __init__(self, mode):
        self.mode = mode

    def method(self, text):
        return self.mode, text

    def __call__(self, text):
        return self.mode, text


@pytest.mark.parametrize("get", [lambda s: s.method, lambda s: s])
def test_an_object_that_has_no_identity_of_its_own_counts_by_content(get):
    slotted = Slotted("a")
    cached = gr.cache(get(slotted))
    assert cached("x") == ("a", "x")
    slotted.mode = "b"
    assert cached("x") == ("b", "x")
    assert CallKeys(get(slotted)).besides((INPUT,)) is None
