import functools
import gc
import threading
import weakref
from functools import partial

import pytest

import gradio as gr
from gradio.caching import decorator
from gradio.caching.functions.registry import FunctionRegistry
from support.things import Thing, capturing


def same(one, other):
    records = FunctionRegistry()
    first = records.get_or_make(one, None, None, object)
    return records.get_or_make(other, None, None, object) is first


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


class TestAtRuntime:
    """`gr.cache(fn)` inside a handler, on each request."""

    def runs(self, make, requests=3):
        runs = []
        for _ in range(requests):
            gr.cache(make(runs))(1)
        return len(runs)

    def test_a_lambda_shares_one_cache(self):
        assert self.runs(lambda runs: lambda x: runs.append(x)) == 1

    def test_a_bound_method_shares_one_cache(self):
        class Model:
            runs = ()

            def plain(self, x):
                self.runs += (x,)

        model = Model()
        for _ in range(3):
            gr.cache(model.plain)(1)
        assert model.runs == (1,)

    def test_a_partial_shares_one_cache(self):
        def plain(remember, x):
            remember(x)

        assert self.runs(lambda runs: functools.partial(plain, runs.append)) == 1

    def test_a_lambda_around_a_local_function_shares_one_cache(self):
        def make(runs):
            def helper(x):
                runs.append(x)

            return lambda x: helper(x)

        assert self.runs(make) == 1

    def test_a_counter_does_not_make_another_function(self):
        count = 0

        def counting(x):
            nonlocal count
            count += 1
            return x

        for _ in range(3):
            gr.cache(counting)(1)
        assert count == 1

    def test_other_captures_have_another_cache(self):
        def make(factor):
            return lambda x: factor * x

        assert [gr.cache(make(f))(2) for f in (1, 2, 3, True, 1.0)] == [2, 4, 6, 2, 2.0]

    def test_a_loop_s_variable_counts_as_it_is_in_each_round(self):
        results = []
        for model in (str.upper, str.lower, str.title):
            results.append(gr.cache(lambda text: model(text))("aB"))  # noqa: B023
        assert results == ["AB", "ab", "Ab"]

    def test_variables_that_are_set_after_the_decoration(self):
        def make(factor):
            @gr.cache
            def scale(x):
                return late * x

            late = factor
            return scale

        assert [make(f)(2) for f in (1, 2, 3)] == [2, 4, 6]

    def test_other_settings_have_another_cache(self):
        runs = []

        def fn(x):
            runs.append(x)

        for settings in (
            {},
            {"max_size": 5},
            {"key": lambda _: 1},
            {"max_memory": "1kb"},
        ):
            gr.cache(fn, **settings)(1)
            gr.cache(fn, **settings)(1)
        assert len(runs) == 4

    def test_a_key_that_is_made_anew_is_the_same_setting(self):
        runs = []

        def fn(x, seed):
            runs.append((x, seed))

        for seed in range(3):
            gr.cache(fn, key=lambda kwargs: kwargs["x"])(1, seed)
        assert runs == [(1, 0)]

    def test_instances_that_come_and_go_never_share(self):
        class Holder:
            def __init__(self, value):
                self.value = value

            def get(self):
                return self.value

        got = [gr.cache(Holder(i).get)() for i in range(500)]
        assert got == list(range(500))

    def test_nothing_grows(self):
        def make(i):
            return lambda x: (i, x)

        for i in range(1000):
            assert gr.cache(make(i))(0) == (i, 0)
        assert len(decorator._CACHES._records) <= decorator._CACHES._limit

    def test_dead_closures_and_what_they_captured_are_not_held(self):
        class Model:
            def __init__(self):
                self.weights = bytearray(1000)

        def make(model):
            return lambda x: (x, len(model.weights))

        alive = []
        for _ in range(50):
            model = Model()
            alive.append(weakref.ref(model))
            assert gr.cache(make(model))(1) == (1, 1000)
        del model
        assert sum(ref() is not None for ref in alive) <= 3

    def test_a_cached_function_goes_without_the_collector(self):
        gc.collect()
        gc.disable()
        try:
            cached = gr.cache(lambda x: x)
            ref = weakref.ref(cached)
            assert cached(1) == 1
            del cached
            assert ref() is None
        finally:
            gc.enable()
