"""What is held of functions that are gone, and of what they captured."""

import gc
import weakref
from functools import partial

import pytest

from gradio.caching.functions.registry import FunctionRegistry
from support.things import capturing


class Big:
    """What a closure captures: a model, for example."""

    def __init__(self):
        self.parts = [bytearray(1)]

    def predict(self, x):
        return x


def captured_plainly(big):
    return lambda x: (x, big)


def captured_in_a_list(big):
    parts = [big]
    return lambda x: (x, parts)


def captured_in_a_dict(big):
    parts = {"big": big}
    return lambda x: (x, parts)


def captured_in_a_tuple(big):
    parts = ([big], 1)
    return lambda x: (x, parts)


def captured_by_a_helper(big):
    def helper(x):
        return x, big

    return lambda x: helper(x)


def captured_and_set(big):
    count = 0

    def counting(x):
        nonlocal count
        count += 1
        return x, big, count

    return counting


def captured_and_set_itself(big):
    def dropping(x):
        nonlocal big
        big = [big]
        return x

    return dropping


def with_attributes(big):
    def fn(x):
        return x

    fn.big = big
    return fn


def by_default(big):
    return lambda x, big=[big]: x  # noqa: B006


def calling_itself(big):
    def recursive(n):
        return recursive(n - 1) if n else [big]

    return recursive


def in_a_namespace(big):
    names = {"big": big}
    exec("def fn(x): return x", names)  # noqa: S102
    return names["fn"]


def as_bytes(big):
    data = bytes(10_000) + id(big).to_bytes(8, "little")
    return lambda x: (x, data, big)


CAPTURES = [
    *(captured_plainly, captured_in_a_list, captured_in_a_dict, captured_in_a_tuple),
    *(captured_by_a_helper, captured_and_set, captured_and_set_itself, as_bytes),
    *(with_attributes, by_default, calling_itself),
    lambda big: partial(captured_plainly, big),
    lambda big: partial(captured_plainly, big=[big]),
    lambda big: big.predict,
    lambda big: big.parts.append,
]


@pytest.mark.parametrize("make", CAPTURES)
def test_dead_functions_are_not_held(make):
    records, alive, big = FunctionRegistry(), [], None
    for _ in range(50):
        big = Big()
        fn = make(big)
        alive.append(weakref.ref(big))
        records.get_or_make(fn, None, "one", object)
        records.get_or_make(fn, fn, "two", object)
        del fn, big
    gc.collect()
    records.get_or_make(len, None, None, object)
    gc.collect()
    assert sum(ref() is not None for ref in alive) <= 1
    assert len(records._records) < 5 or make is as_bytes


@pytest.mark.parametrize("make", CAPTURES)
def test_functions_that_live_stay_the_same(make):
    records, big = FunctionRegistry(), Big()
    fn = make(big)
    first = records.get_or_make(fn, None, None, object)
    for i in range(50):
        records.get_or_make(captured_in_a_list(Big()), None, i, object)
    assert records.get_or_make(fn, None, None, object) is first


def test_a_function_made_anew_from_what_lives_is_the_same():
    records, parts = FunctionRegistry(), {"big": Big()}

    def make():
        return lambda x: (x, parts)

    first = records.get_or_make(make(), None, None, object)
    for i in range(50):
        records.get_or_make(captured_in_a_list(Big()), None, i, object)
        assert records.get_or_make(make(), None, None, object) is first


def test_an_address_is_never_taken_for_that_of_a_list_that_is_gone():
    records, made = FunctionRegistry(), []
    for i in range(500):
        made.append(records.get_or_make(capturing([i]), None, None, object))
    assert len(set(map(id, made))) == 500


def test_large_values_are_not_held_by_their_names():
    records, large = FunctionRegistry(), "a" * 10**6
    first = records.get_or_make(capturing(large), None, None, object)
    assert records.get_or_make(capturing("a" * 10**6), None, None, object) is first
    assert (
        records.get_or_make(capturing("a" * 10**6 + "b"), None, None, object)
        is not first
    )
    assert all(large is not part for part in _flat(list(records._records)))


def _flat(value):
    if isinstance(value, (tuple, list)):
        return [part for inner in value for part in _flat(inner)]
    return [value]


def test_functions_of_a_namespace_that_is_no_module_are_bounded():
    records = FunctionRegistry(limit=8)
    for _ in range(50):
        records.get_or_make(in_a_namespace(Big()), None, None, object)
    gc.collect()
    assert sum(isinstance(o, Big) for o in gc.get_objects()) <= 8
