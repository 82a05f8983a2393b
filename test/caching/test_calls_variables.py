import functools
import gc
import types
import weakref

import pytest

from gradio.caching.calls.variables import Variables
from support.things import Thing


def with_setter(value):
    """A function that captures a variable, and what sets that anew from outside."""

    def fn():
        return value

    def rebind(new):
        nonlocal value
        value = new

    return fn, rebind


def passing_on(fn):
    @functools.wraps(fn)
    def wrapper(*args):
        return fn(*args)

    return wrapper


def test_a_function_that_captures_nothing_has_none():
    assert not Variables(lambda: None)
    assert not Variables(len)
    assert Variables(with_setter(1)[0])


@pytest.mark.parametrize(("was", "now"), [(1, 2), ([1], [1]), (None, 0), (1, 1.0)])
def test_a_variable_counts_from_when_it_is_set_anew(was, now):
    fn, rebind = with_setter(was)
    variables = Variables(fn)
    assert variables.changed() == []
    rebind(now)
    assert variables.changed() == [(0, now)]
    rebind(was)
    assert variables.changed() == []


def test_what_is_changed_within_a_variable_is_not_set_anew():
    settings = {"mode": "a"}
    fn, _ = with_setter(settings)
    variables = Variables(fn)
    settings["mode"] = "b"
    assert variables.changed() == []


@pytest.mark.parametrize(
    "around",
    [
        passing_on,
        functools.partial,
        lambda fn: functools.partial(passing_on(fn), 1),
        lambda fn: lambda: fn(),
        lambda fn: types.MethodType(fn, Thing()),
    ],
)
def test_variables_of_functions_inside_count(around):
    fn, rebind = with_setter("a")
    variables = Variables(around(fn))
    rebind("b")
    assert [value for _, value in variables.changed()] == ["b"]


def counting():
    number = 0

    def fn():
        nonlocal number
        number += 1
        return number

    return fn


def test_what_a_function_sets_itself_does_not_count():
    fn = counting()
    variables = Variables(fn)
    fn()
    assert variables.changed() == []


def test_a_variable_that_is_set_after_its_function_was_made():
    def fn():
        return later

    variables = Variables(fn)
    assert variables.changed() == []
    later = 1
    assert variables.changed() == []
    later = 2
    assert variables.changed() == [(0, 2)]


def test_a_variable_that_is_deleted_holds_nothing():
    value = 1

    def fn():
        return value  # noqa: F821

    variables = Variables(fn)
    del value
    assert variables.changed() == []


def test_what_a_variable_held_is_not_kept():
    fn, rebind = with_setter(Thing())
    variables, held = Variables(fn), weakref.ref(fn())
    rebind(None)
    gc.collect()
    assert held() is None
    # Nothing is not what was there.
    assert variables.changed() == [(0, None)]


def test_functions_that_refer_to_each_other_are_walked_once():
    def one():
        return other()

    def other():
        return one()

    assert Variables(one).changed() == []


def test_of_a_long_chain_of_functions_the_first_are_walked():
    fn, rebind = with_setter("near")
    near = rebind
    for _ in range(10_000):
        fn = passing_on(fn)
    last, rebind = with_setter(fn)
    variables = Variables(last)
    near("far")
    assert variables.changed() == []
    rebind(None)
    assert variables.changed() == [(0, None)]
