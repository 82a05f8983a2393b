import gc
import threading
import weakref
from functools import partial

import pytest

from gradio.caching.functions.registry import FunctionRegistry, InstanceTokens


class Thing:
    def method(self):
        return self

    @classmethod
    def of_class(cls):
        return cls

    @staticmethod
    def static():
        return 1

    def __call__(self):
        return self


class Slotted:
    __slots__ = ()

    def method(self):
        return self


def capturing(value):
    return lambda: value


def same(one, other):
    records = FunctionRegistry()
    first = records.get_or_make(one, None, None, object)
    return records.get_or_make(other, None, None, object) is first


def test_a_token_is_the_instance_s_own_and_stays():
    tokens, one, other = InstanceTokens(), Thing(), Thing()
    assert tokens.of(one) == tokens.of(one)
    assert tokens.of(one) != tokens.of(other)


def test_a_token_is_never_used_twice():
    tokens, seen = InstanceTokens(), set()
    for _ in range(1000):
        seen.add(tokens.of(Thing()))
    assert len(seen) == 1000


def test_tokens_keep_nothing_alive_and_are_forgotten():
    tokens = InstanceTokens()
    for _ in range(100):
        tokens.of(Thing())
    gc.collect()
    assert len(tokens._tokens) == 0


@pytest.mark.parametrize("value", [None, 1, "text", (), Slotted()])
def test_what_can_not_be_referred_to_weakly_has_no_token(value):
    assert InstanceTokens().of(value) is None


def test_threads_agree_on_a_token():
    tokens, thing, start, got = InstanceTokens(), Thing(), threading.Barrier(8), []

    def ask():
        start.wait()
        got.append(tokens.of(thing))

    threads = [threading.Thread(target=ask) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(set(got)) == 1


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


def test_extra_tells_apart():
    records = FunctionRegistry()
    first = records.get_or_make(len, None, "a", object)
    assert records.get_or_make(len, None, "b", object) is not first
    assert records.get_or_make(len, None, "a", object) is first


def test_is_bounded_and_forgets_the_least_recently_asked_for():
    records = FunctionRegistry(limit=4)
    keep = capturing("keep")
    first = records.get_or_make(keep, None, None, object)
    for i in range(1000):
        records.get_or_make(capturing(i), None, None, object)
        assert records.get_or_make(keep, None, None, object) is first
    assert len(records._records) <= 4


def test_does_not_keep_an_instance_alive_for_its_method():
    records, gone = FunctionRegistry(), []

    class Told(Thing):
        def __del__(self):
            gone.append(True)

    records.get_or_make(Told().method, None, None, object)
    gc.collect()
    assert gone


def test_a_recycled_instance_is_another():
    records = FunctionRegistry(limit=10_000)
    made = [records.get_or_make(Thing().method, None, None, object) for _ in range(500)]
    assert len(set(map(id, made))) == 500


def rebound(fn, value):
    """The same function with another cell, as if it had been made anew."""
    closure = capturing(value).__closure__
    return type(fn)(fn.__code__, fn.__globals__, closure=closure)


def made_at(address, make):
    """What a memory allocator gives out sooner or later; None if it never does."""
    others = []
    while len(others) < 10_000:
        others.append(make())
        if id(others[-1]) == address:
            return others[-1]
    return None


def test_the_address_of_a_replaced_capture_does_not_come_back_as_another_s():
    records, captured = FunctionRegistry(), Thing()
    address = id(captured)

    def asks():
        return captured

    first = records.get_or_make(asks, None, None, object)
    captured = None
    recycled = made_at(address, Thing)
    # Without a recycled address, as it should be, there is nothing to confuse.
    if recycled is not None:
        twin = rebound(asks, recycled)
        assert records.get_or_make(twin, None, None, object) is not first


def test_the_key_must_be_the_same_as_well():
    records = FunctionRegistry()

    def record(key):
        return records.get_or_make(len, key, None, object)

    assert record(None) is record(None)
    assert record(capturing(1)) is record(capturing(1))
    assert record(capturing(1)) is not record(capturing(2))
    assert record(capturing(1)) is not record(None)


def test_the_address_of_a_key_s_capture_does_not_come_back_as_another_s():
    records, captured = FunctionRegistry(), Thing()
    address = id(captured)
    first = records.get_or_make(len, capturing(captured), None, object)
    del captured
    recycled = made_at(address, Thing)
    if recycled is not None:
        key = capturing(recycled)
        assert records.get_or_make(len, key, None, object) is not first


def test_captures_may_be_deep():
    deep = None
    for _ in range(5000):
        deep = capturing((deep,))
    assert same(deep, deep)


def test_threads_make_one_record():
    records, start, got = FunctionRegistry(), threading.Barrier(8), []

    def ask():
        start.wait()
        got.append(records.get_or_make(capturing(1), None, None, object))

    threads = [threading.Thread(target=ask) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(set(map(id, got))) == 1


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
