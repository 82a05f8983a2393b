from functools import partial

import pytest

from gradio.caching.functions.registry import FunctionRegistry
from support.things import Slotted, Thing, capturing


def same(one, other):
    records = FunctionRegistry()
    first = records.get_or_make(one, None, None, object)
    return records.get_or_make(other, None, None, object) is first


THING, SHARED_LIST = Thing(), []


@pytest.mark.parametrize(
    "make",
    [
        lambda: capturing(None),
        lambda: capturing(1),
        lambda: capturing("text"),
        lambda: capturing(1.5),
        lambda: capturing(float("nan")),
        lambda: capturing(10**5000),
        lambda: capturing(SHARED_LIST),
        lambda: capturing(THING),
        lambda: capturing(("a", 1)),
        lambda: capturing(capturing(1)),
        lambda: THING.method,
        lambda: Thing.of_class,
        lambda: Thing.static,
        lambda: THING,
        lambda: Slotted.method,
        lambda: partial(capturing, 1),
        lambda: partial(capturing, value=SHARED_LIST),
        lambda: partial(THING.method),
        lambda: capturing(THING.method),
        lambda: capturing(partial(THING.method, (1, "a"))),
        lambda: lambda: 1,
        lambda: lambda a=1, *, b="b": (a, b),
        lambda: len,
        lambda: Thing,
    ],
)
def test_what_is_made_anew_the_same_way_is_the_same_function(make):
    assert same(make(), make())


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (capturing(1), capturing(2)),
        (capturing(1), capturing(True)),
        (capturing(1), capturing(1.0)),
        (capturing(0.0), capturing(-0.0)),
        (capturing([]), capturing([])),
        (capturing((1, [])), capturing((1, []))),
        (capturing(capturing(1)), capturing(capturing(2))),
        (Thing().method, Thing().method),
        (capturing(Thing().method), capturing(Thing().method)),
        (Thing(), Thing()),
        (lambda: 1, lambda: 1),
        (partial(capturing, 1), partial(capturing, 2)),
        (partial(capturing, 1), partial(capturing, True)),
        (partial(capturing, 1), partial(capturing, value=1)),
        (partial(capturing, 1), capturing),
        (len, sum),
    ],
)
def test_what_differs_is_another_function(one, other):
    assert not same(one, other)


def test_functions_that_may_remember_something_are_their_own():
    def make():
        def counting():
            counting.runs += 1

        counting.runs = 0
        return counting

    counting = make()
    assert same(counting, counting)
    assert not same(make(), make())


def test_defaults_that_differ_make_another_function():
    def make(default):
        return lambda a=default: a

    assert same(make(1), make(1))
    assert not same(make(1), make(2))


def test_a_counter_that_counts_stays_the_same_function():
    count = 0

    def counting():
        nonlocal count
        count += 1

    records = FunctionRegistry()
    first = records.get_or_make(counting, None, None, object)
    counting()
    assert records.get_or_make(counting, None, None, object) is first


def test_a_variable_that_somebody_else_counts_up_makes_other_functions():
    records = FunctionRegistry()
    made = []
    for captured in ("a", "b", "a"):
        made.append(records.get_or_make(lambda: captured, None, None, object))  # noqa: B023
    assert made[0] is made[2] is not made[1]


def test_a_variable_that_is_set_only_later_is_the_function_s_own():
    def make(value):
        def late():
            return captured

        first = records.get_or_make(late, None, None, object)
        captured = value
        return first

    records = FunctionRegistry()
    assert make(1) is not make(2)


def test_a_counter_inside_an_inner_function_counts_as_the_function_s_own():
    count = 0

    def outer():
        def inner():
            nonlocal count
            count += 1

        inner()

    records = FunctionRegistry()
    first = records.get_or_make(outer, None, None, object)
    outer()
    assert records.get_or_make(outer, None, None, object) is first


def test_a_local_function_that_calls_itself():
    def make():
        def recursive(n):
            return recursive(n - 1) if n else 0

        return recursive

    assert same(make(), make())
