"""Variables that are set anew after a function was made."""

import pytest

import gradio as gr
from support.decorators import passing_on


def directly(fancy, text):
    options = {"mode": "base"}

    @gr.cache
    def run(text):
        return options["mode"] + text

    if fancy:
        options = {"mode": "fancy"}
    return run(text)


def through_a_helper(fancy, text):
    mode = "base"

    def helper(text):
        return mode + text

    @gr.cache
    def run(text):
        return helper(text)

    if fancy:
        mode = "fancy"
    return run(text)


def under_a_decorator(fancy, text):
    mode = "base"

    @gr.cache
    @passing_on
    def run(text):
        return mode + text

    if fancy:
        mode = "fancy"
    return run(text)


@pytest.mark.parametrize("handle", [directly, through_a_helper, under_a_decorator])
def test_a_variable_that_is_set_anew_after_the_function_was_made(handle):
    for fancy in (False, True, False, True):
        assert handle(fancy, "x") == ("fancyx" if fancy else "basex")


def test_a_variable_that_changes_between_two_calls():
    mode, runs = "a", []

    @gr.cache
    def fn(text):
        runs.append(mode)
        return mode + text

    def set_mode(to):
        nonlocal mode
        mode = to

    for to in ("a", "b", "b", "a"):
        set_mode(to)
        assert fn("x") == to + "x"
    assert runs == ["a", "b"]


def test_what_a_function_sets_itself_does_not_count():
    runs = 0

    def count():
        nonlocal runs
        runs += 1

    @gr.cache
    def fn(n):
        count()
        return n if n < 2 else fn(n - 1) + fn(n - 2)

    assert fn(9) == fn(9) == 34
    assert runs == 10


def plain(text, settings):
    return settings["mode"] + text


def streamed(text, settings):
    yield settings["mode"] + text


@pytest.mark.parametrize("fn", [plain, streamed])
def test_a_result_whose_settings_change_meanwhile_is_not_kept(fn):
    settings = {"mode": "a"}

    def change(text, settings=settings):
        settings["mode"] = change.then
        return fn(text, settings)

    def change_in_steps(text, settings=settings):
        settings["mode"] = change.then
        yield from fn(text, settings)

    cached = gr.cache(change if fn is plain else change_in_steps)
    first = "bx" if fn is plain else ["bx"]
    then = "ax" if fn is plain else ["ax"]
    change.then = "b"
    assert _all(cached("x")) == first
    settings["mode"] = change.then = "a"
    assert _all(cached("x")) == _all(cached("x")) == then
    assert len(cached.cache) == 1


def _all(result):
    return result if isinstance(result, str) else list(result)
