import inspect
from typing import Optional

import pytest

import gradio as gr
from gradio.caching.context.parameters import (
    depends_on_caller,
    inject_cache,
    injected_by_default,
)
from gradio.helpers import special_args


def plain(x, y=1):
    return x, y


def test_what_gradio_passes_by_its_default():
    def fn(x, c=gr.Cache(), y=1, p=gr.Progress(), *, more=gr.Cache()):  # noqa: B008
        return x, c, y, p, more

    assert injected_by_default(fn) == {"c", "p", "more"}
    assert injected_by_default(plain) == frozenset()
    assert injected_by_default(max) == frozenset()


@pytest.mark.parametrize(
    ("inputs", "position", "expected"),
    [
        (["a"], 0, ["cache", "a"]),
        (["a", "b"], 1, ["a", "cache", "b"]),
        (["a"], 1, ["a"]),  # left to Gradio, as a default
        ([], 0, []),
        (None, 0, None),
    ],
)
def test_a_cache_goes_before_inputs_that_come_after_it(inputs, position, expected):
    cache = gr.Cache()
    inject_cache(inputs, position, cache)
    assert inputs == (expected and [cache if i == "cache" else i for i in expected])


@pytest.mark.parametrize("given", range(5))
def test_gradio_passes_a_cache_once_however_many_inputs_there_are(given):
    def fn(a, b, c=gr.Cache(), d="d", *, e=None):  # noqa: B008
        return a, b, c, d, e

    inputs = [str(i) for i in range(given)]
    passed, *_ = special_args(fn, list(inputs))
    cache = inspect.signature(fn).parameters["c"].default
    assert [i for i in passed if i is not cache and i != "d"] == inputs
    if given >= 2:
        assert passed[2] is cache
        assert passed.count(cache) == 1


def with_request(x, request: gr.Request):
    return x, request


def with_optional_request(x, request: Optional[gr.Request] = None):  # noqa: UP045
    return x, request


def with_optional_profile(x, profile: gr.OAuthProfile | None):
    return x, profile


def with_profile(x, profile: gr.OAuthProfile):
    return x, profile


def with_token(x, token: gr.OAuthToken | None):
    return x, token


def with_event_data(x, data: gr.SelectData):
    return x, data


def hinted(x: int, y: str = "") -> str:
    return y * x


@pytest.mark.parametrize(
    ("fn", "depends"),
    [
        (with_request, True),
        (with_optional_request, True),
        (with_profile, True),
        (with_optional_profile, True),
        (with_token, True),
        (with_event_data, False),
        (plain, False),
        (hinted, False),
        (max, False),
    ],
)
def test_whether_something_comes_from_the_request(fn, depends):
    assert depends_on_caller(fn) is depends
    if fn is not max:
        assert depends_on_caller(gr.cache(fn)) is depends
