import functools
import inspect

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gradio.caching.calls.arguments import (
    HiddenDefaultError,
    Parameters,
    is_plain_function,
)
from support.decorators import passing_on

FUNCTIONS = [
    lambda: None,
    lambda a: None,
    lambda a, b=2: None,
    lambda a, b=2, /: None,
    lambda a, /, b, *, c=3: None,
    lambda *, a, b=2: None,
    lambda a, *args, b=2, **kwargs: None,
    lambda *args: None,
    lambda **kwargs: None,
    functools.partial(lambda a, b, c=3: None, 1),
    functools.partial(lambda a, b=2: None, a=1),
]
CALLS = st.tuples(
    st.lists(st.integers(), max_size=4),
    st.dictionaries(st.sampled_from("abcdz"), st.integers(), max_size=3),
)


def expected(fn, args, kwargs):
    try:
        bound = inspect.signature(fn).bind(*args, **kwargs)
    except TypeError:
        return None
    bound.apply_defaults()
    return dict(bound.arguments)


@given(st.sampled_from(FUNCTIONS), CALLS)
def test_a_call_is_bound_as_python_binds_it(fn, call):
    args, kwargs = call
    bound = Parameters(fn).bind(tuple(args), kwargs)
    wanted = expected(fn, args, kwargs)
    assert bound == wanted
    # In one order, whatever that of the call.
    assert list(bound or ()) == list(wanted or ())


def ask(text, model="large"):
    return text, model


def named(fn, *args, **kwargs):
    parameters = Parameters(fn)
    return parameters.named(parameters.bind(args, kwargs))


def test_arguments_are_named_as_the_function_sees_them():
    def fn(a, *args, b=2, **kwargs):
        return a, args, b, kwargs

    assert named(ask, "a") == {"text": "a", "model": "large"}
    given = named(fn, 1, 5, x=7)
    assert given == {"a": 1, "args": (5,), "b": 2, "x": 7}


def test_what_a_decorator_passes_on_is_named_as_below_but_not_filled_in():
    given = named(passing_on(ask), "a")
    assert given == {"text": "a"}
    with pytest.raises(HiddenDefaultError, match="model"):
        given["model"]
    with pytest.raises(KeyError, match="other") as raised:
        given["other"]
    assert not isinstance(raised.value, HiddenDefaultError)


def test_what_a_decorator_can_t_have_passed_on_so_keeps_its_own_names():
    given = named(passing_on(ask), "a", "b", "c")
    assert given == {"args": ("a", "b", "c")}


def test_what_a_decorator_takes_itself_keeps_its_name():
    @functools.wraps(ask)
    def wrapper(verbose, *args, **kwargs):
        return ask(*args, **kwargs)

    given = named(wrapper, True, "a")
    assert given["verbose"] is True


@pytest.mark.parametrize(
    ("fn", "begins"),
    [
        (ask, "named"),
        (lambda a, /: None, "named"),
        (lambda *args: None, "variadic"),
        (lambda *, a: None, None),
        (lambda **kwargs: None, None),
        (lambda: None, None),
    ],
)
def test_a_first_argument_is_told_by_how_it_is_taken(fn, begins):
    assert Parameters(fn).begin(frozenset()) == begins


def test_a_first_argument_that_does_not_count_is_none():
    assert Parameters(ask).begin(frozenset({"text"})) is None
    assert Parameters(ask).begin(frozenset({"model"})) == "named"


def test_defaults_of_a_kind_are_named():
    parameters = Parameters(lambda a, b=2, *, c="c", d=None: None)
    assert parameters.with_default(lambda v: type(v) is str) == {"c"}
    assert parameters.with_default(lambda v: v is None) == {"d"}


def test_parameters_are_current_until_a_default_is_replaced():
    def fn(a, b=(), *, c=None):
        return a, b, c

    parameters = Parameters(fn)
    assert parameters.are_current
    fn.__kwdefaults__ = {"c": 1}
    assert not parameters.are_current
    assert Parameters(fn).are_current
    fn.__defaults__ = ([],)
    assert Parameters(fn).are_current


@pytest.mark.parametrize("changed", [(3,), None])
def test_other_defaults_by_position_are_seen(changed):
    def fn(a, b=2):
        return a, b

    parameters = Parameters(fn)
    fn.__defaults__ = changed
    assert not parameters.are_current


@pytest.mark.parametrize(
    ("fn", "is_plain"),
    [
        (ask, True),
        (passing_on(ask), False),
        (functools.partial(ask), False),
        (len, False),
        (int, False),
    ],
)
def test_a_plain_function_says_of_itself_what_it_takes(fn, is_plain):
    assert is_plain_function(fn) is is_plain
