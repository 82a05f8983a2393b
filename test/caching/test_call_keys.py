import functools
import threading

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gradio.caching.calls.call_keys import CallKeys, checked_key
from gradio.caching.errors import UnkeyableError


def key_of(fn, *args, **kwargs):
    keys = CallKeys(fn)
    return keys.digest(keys.subject(args, kwargs))


def plain(a, b=2):
    return a, b


def positional_only(a, b=2, /):
    return a, b


def keyword_only(*, a, b=2):
    return a, b


def variadic(a, *args, b=2, **kwargs):
    return a, args, b, kwargs


class Model:
    weights = 1

    def method(self, x):
        return self, x

    @classmethod
    def of_class(cls, x):
        return cls, x

    @staticmethod
    def static(x):
        return x

    def __call__(self, x):
        return x


class Equal(Model):
    __hash__ = None

    def __eq__(self, other):
        return isinstance(other, Equal)


@pytest.mark.parametrize(
    ("fn", "one", "other"),
    [
        (plain, ((1,), {}), ((1, 2), {})),
        (plain, ((1,), {}), ((), {"a": 1})),
        (plain, ((1, 2), {}), ((), {"b": 2, "a": 1})),
        (positional_only, ((1,), {}), ((1, 2), {})),
        (keyword_only, ((), {"a": 1}), ((), {"b": 2, "a": 1})),
        (variadic, ((1,), {}), ((), {"a": 1, "b": 2})),
        (variadic, ((1,), {"x": 1, "y": 2}), ((1,), {"y": 2, "x": 1})),
        (functools.partial(plain, 1), ((), {}), ((), {"b": 2})),
        (functools.partial(plain, b=3), ((1,), {}), ((), {"a": 1})),
        (Model.static, ((1,), {}), ((), {"x": 1})),
        (Model.of_class, ((1,), {}), ((), {"x": 1})),
        (Model(), ((1,), {}), ((), {"x": 1})),
    ],
)
def test_the_same_call_in_another_form_has_the_same_key(fn, one, other):
    assert key_of(fn, *one[0], **one[1]) == key_of(fn, *other[0], **other[1])


@pytest.mark.parametrize(
    ("fn", "one", "other"),
    [
        (plain, ((1,), {}), ((2,), {})),
        (plain, ((1, 2), {}), ((2, 1), {})),
        (plain, ((1,), {}), ((True,), {})),
        (plain, ((1,), {}), ((1.0,), {})),
        (plain, ((-1,), {}), ((-2,), {})),
        (plain, (("a", "bc"), {}), (("ab", "c"), {})),
        (variadic, ((1, 2), {}), ((1, 2, 3), {})),
        (variadic, ((1, 2, 3), {}), ((1, (2, 3)), {})),
        (variadic, ((1,), {"b": 3}), ((1, 3), {})),
        (variadic, ((1,), {"args": (2,)}), ((1, 2), {})),
        (variadic, ((1,), {"kwargs": {"x": 1}}), ((1,), {"x": 1})),
        (variadic, ((1,), {"x": 1}), ((1,), {"y": 1})),
        (functools.partial(plain, b=3), ((1,), {}), ((1,), {"b": 2})),
    ],
)
def test_another_call_has_another_key(fn, one, other):
    assert key_of(fn, *one[0], **one[1]) != key_of(fn, *other[0], **other[1])


VALUES = st.one_of(st.integers(), st.text(), st.booleans(), st.none(), st.binary())


@given(
    st.tuples(VALUES, VALUES),
    st.tuples(VALUES, VALUES),
    st.tuples(st.booleans(), st.booleans()),
)
def test_keys_are_equal_if_and_only_if_typed_arguments_are(one, other, by_name):
    def call(args, named):
        if not named:
            return key_of(plain, *args)
        return key_of(plain, args[0], b=args[1])

    def typed(args):
        return [(type(a), a) for a in args]

    equal = typed(one) == typed(other)
    assert (call(one, by_name[0]) == call(other, by_name[1])) is equal


@pytest.mark.parametrize(
    ("fn", "args", "kwargs"),
    [
        (plain, (), {}),
        (plain, (1, 2, 3), {}),
        (plain, (1,), {"a": 1}),
        (plain, (1,), {"z": 1}),
        (positional_only, (), {"a": 1}),
    ],
)
def test_a_call_that_the_function_refuses_has_no_subject(fn, args, kwargs):
    assert CallKeys(fn).subject(args, kwargs) is None


def test_a_function_without_signature_is_keyed_by_all_that_it_is_given():
    assert key_of(max, 1, 2) == key_of(max, 1, 2) != key_of(max, 2, 1)


def test_the_receiver_of_a_method_counts_as_the_instance():
    one, other = Equal(), Equal()
    assert key_of(Model.method, one, 1) == key_of(Model.method, one, 1)
    assert key_of(Model.method, one, 1) != key_of(Model.method, other, 1)
    assert key_of(Model.method, one, 1) != key_of(Model.method, one, 2)


def test_a_recycled_receiver_is_another():
    assert len({key_of(Model.method, Model(), 1) for _ in range(500)}) == 500


def test_a_receiver_may_hold_what_has_no_content():
    model = Model()
    model.lock = threading.Lock()
    assert key_of(Model.method, model, 1) == key_of(Model.method, model, 1)


def test_a_first_argument_that_is_no_receiver_counts_by_content():
    assert key_of(Model.static, [1]) == key_of(Model.static, [1])
    assert key_of(plain, Model()) == key_of(plain, Model())


def test_the_user_s_key_gets_the_keyword_arguments_with_defaults():
    seen = []
    keys = CallKeys(plain, seen.append)
    keys.subject((1,), {})
    keys.subject((), {"b": 3, "a": 1})
    assert seen == [{"a": 1, "b": 2}, {"a": 1, "b": 3}]


def test_the_user_s_key_gets_variadic_keywords_flat():
    seen = []
    CallKeys(variadic, seen.append).subject((1, 5), {"x": 7})
    assert seen == [{"a": 1, "args": (5,), "b": 2, "x": 7}]


def test_only_what_the_user_s_key_returns_counts():
    keys = CallKeys(plain, lambda kwargs: kwargs["a"])
    assert keys.runs_user_code
    one, other = keys.subject((1, 2), {}), keys.subject((1, 3), {})
    assert keys.digest(one) == keys.digest(other)
    assert keys.digest(one) != keys.digest(keys.subject((2, 2), {}))


@pytest.mark.parametrize("error", [KeyError("temperature"), StopIteration(1)])
def test_what_the_user_s_key_raises_passes_through(error):
    def key(_):
        raise error

    with pytest.raises(type(error)) as raised:
        CallKeys(plain, key).subject((1,), {})
    assert raised.value is error


def test_the_user_s_key_may_change_its_dict():
    def key(kwargs):
        return kwargs.pop("a")

    arguments = {"a": 1}
    keys = CallKeys(keyword_only, key)
    keys.subject((), arguments)
    assert arguments == {"a": 1}


def test_omitted_parameters_do_not_count():
    keys = CallKeys(plain, omitted=frozenset({"b"}))
    one, other = keys.subject((1, 2), {}), keys.subject((1, 3), {})
    assert keys.digest(one) == keys.digest(other)


def test_arguments_count_as_translated():
    keys = CallKeys(plain, translate=str)
    one, other = keys.subject((1, 2), {}), keys.subject(("1", "2"), {})
    assert keys.digest(one) == keys.digest(other)


def test_the_parameter_that_has_no_content_is_named():
    with pytest.raises(UnkeyableError, match="'b'"):
        key_of(plain, 1, threading.Lock())


def test_the_user_s_key_is_named_when_it_returns_what_has_no_content():
    keys = CallKeys(plain, lambda kwargs: kwargs["b"])
    with pytest.raises(UnkeyableError, match="'key'"):
        keys.digest(keys.subject((1, threading.Lock()), {}))


def test_key_must_be_callable():
    assert checked_key(None) is None
    assert checked_key(len) is len
    with pytest.raises(TypeError, match="key must be a function"):
        checked_key("temperature")
