import gc
import threading

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
