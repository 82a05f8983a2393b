import copy
import gc
import itertools
import threading
import weakref
from collections import OrderedDict
from concurrent.futures import ThreadPoolExecutor
from contextlib import nullcontext

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from gradio.caching.entry import MISS, Entry
from gradio.caching.namespace import Namespace
from gradio.caching.stores.memory import MemoryStore
from support.small_parts import small_parts

MINE, OTHER = Namespace("mine"), Namespace("other")


def key(i):
    return i.to_bytes(32, "little")


def entry(value=0, size=1):
    return Entry(value, size)


def kept(store, namespace=None):
    return [e.value for e in store.entries(namespace)]


def filled(store, values, namespace=MINE, size=1):
    for value in values:
        store.put(namespace, key(value), entry(value, size))
    return store


def test_what_was_put_is_got():
    store, made = MemoryStore(), entry()
    assert store.get(MINE, key(1)) is MISS
    assert store.put(MINE, key(1), made)
    assert store.get(MINE, key(1)) is made


def test_namespaces_do_not_see_each_other():
    store = filled(MemoryStore(), [1])
    assert store.get(OTHER, key(1)) is MISS
    assert store.get(Namespace("mine"), key(1)) is MISS
    store.put(OTHER, key(1), entry("theirs"))
    assert store.get(MINE, key(1)).value == 1
    assert (store.count(), store.count(MINE), store.count(OTHER)) == (2, 1, 1)


def test_clearing_one_namespace_leaves_the_others():
    store = filled(filled(MemoryStore(), [1, 2]), [3], OTHER)
    store.clear(MINE)
    assert kept(store) == [3]
    store.clear()
    assert kept(store) == []
    store.clear(MINE)


def test_an_ended_namespace_keeps_nothing():
    store, ended = MemoryStore(), Namespace("ended", ended=True)
    assert not store.put(ended, key(1), entry())
    assert store.get(ended, key(1)) is MISS


def test_an_entry_that_is_replaced_counts_once():
    store = filled(MemoryStore(max_memory=10), [1], size=6)
    filled(store, [1], size=7)
    assert store.count() == 1
    filled(store, [2], size=3)
    assert store.count() == 2


def test_over_max_size_the_least_recently_used_leaves():
    store = filled(MemoryStore(max_size=3), [1, 2, 3])
    store.get(MINE, key(1))
    filled(store, [4])
    assert kept(store) == [3, 1, 4]


def test_over_max_memory_as_many_leave_as_it_takes():
    store = filled(MemoryStore(max_memory=10), [1, 2, 3], size=3)
    filled(store, [4], size=8)
    assert kept(store) == [4]


def test_what_is_larger_than_the_store_is_not_kept_and_pushes_nobody_out():
    store = filled(MemoryStore(max_memory=10), [1, 2])
    assert not store.put(MINE, key(3), entry(size=11))
    assert kept(store) == [1, 2]
    assert store.put(MINE, key(3), entry(3, size=8))
    assert kept(store) == [1, 2, 3]


def test_what_is_too_large_replaces_nothing_by_something_stale():
    store = filled(MemoryStore(max_memory=10), [1])
    assert not store.put(MINE, key(1), entry(size=11))
    assert store.get(MINE, key(1)) is MISS


def test_an_entry_that_grew_is_put_again_with_its_new_size():
    store, grows = filled(MemoryStore(max_memory=10), [1], size=4), entry("grows", 3)
    store.put(MINE, key(2), grows)
    grows.size = 9
    store.put(MINE, key(2), grows)
    assert kept(store) == ["grows"]
    grows.size = 1
    filled(store, [3], size=1)
    assert kept(store) == ["grows", 3]


def test_who_holds_most_gives_up_first():
    store = filled(MemoryStore(max_size=10), range(3), OTHER)
    filled(store, range(100, 200))
    assert kept(store, OTHER) == [0, 1, 2]
    assert kept(store, MINE) == list(range(193, 200))


def test_who_holds_most_memory_gives_up_first():
    store = filled(MemoryStore(max_memory=100), range(3), OTHER, size=5)
    filled(store, range(100, 200), size=20)
    assert kept(store, OTHER) == [0, 1, 2]
    assert kept(store, MINE) == [196, 197, 198, 199]


def test_equal_holders_give_up_the_least_recently_used():
    store = filled(filled(MemoryStore(max_size=4), [1, 2], OTHER), [3, 4])
    store.get(OTHER, key(1))
    third = Namespace("third")
    filled(store, [5], third)
    assert (kept(store, MINE), kept(store, OTHER)) == ([3, 4], [1])


def test_forgets_namespaces_that_hold_nothing():
    store = MemoryStore(max_size=10)
    for i in range(1000):
        filled(store, [i], Namespace(str(i)))
    assert len(store._partitions) == 10
    assert len(store._order._heap) < 200
    store.clear()
    assert len(store._partitions) == 0


def test_lets_go_of_what_left():
    class Value:
        pass

    store, value = MemoryStore(max_size=1), Value()
    gone = weakref.ref(value)
    store.put(MINE, key(1), Entry(value, 1))
    del value
    filled(store, [2])
    gc.collect()
    assert gone() is None


@pytest.mark.parametrize("leave", ["evict", "replace", "clear"])
def test_a_value_may_use_the_store_when_it_is_let_go(leave):
    store = MemoryStore(max_size=2)

    class Value:
        def __del__(self):
            assert seen.wait(timeout=30)

    seen = threading.Event()

    def look():
        store.get(MINE, key(1))
        seen.set()

    store.put(MINE, key(1), Entry(Value(), 1))
    looking = threading.Timer(0, look)
    looking.start()
    if leave == "evict":
        filled(store, [2, 3, 4])
    elif leave == "replace":
        filled(store, [1])
    else:
        store.clear()
    looking.join()
    assert seen.is_set()


class Model:
    """The same store, simple and slow."""

    def __init__(self, max_size, max_memory):
        self.max_size, self.max_memory = max_size, max_memory
        self.entries = OrderedDict()  # (namespace, key) to entry, by last use

    def get(self, namespace, key):
        if (namespace, key) not in self.entries:
            return MISS
        self.entries.move_to_end((namespace, key))
        return self.entries[namespace, key]

    def put(self, namespace, key, entry):
        self.entries.pop((namespace, key), None)
        if namespace.ended or entry.size > self.max_memory:
            return False
        self.entries[namespace, key] = entry
        while len(self.entries) > self.max_size or self.size() > self.max_memory:
            greatest = max(map(self.part, self.holders()))
            candidates = [n for n in self.holders() if self.part(n) == greatest]
            del self.entries[next(k for k in self.entries if k[0] in candidates)]
        return True

    def holders(self):
        return {namespace for namespace, _ in self.entries}

    def of(self, namespace):
        return [e for (n, _), e in self.entries.items() if namespace in (None, n)]

    def size(self, namespace=None):
        return sum(e.size for e in self.of(namespace))

    def part(self, namespace):
        entries = len(self.of(namespace)) / self.max_size
        return max(entries, self.size(namespace) / self.max_memory)

    def clear(self, namespace):
        for name in [k for k in self.entries if namespace in (None, k[0])]:
            del self.entries[name]


NAMESPACES = [Namespace(n) for n in "abcd"] + [Namespace("ended", ended=True)]


class MemoryStoreMachine(RuleBasedStateMachine):
    def __init__(self):
        super().__init__()
        self.store, self.model = MemoryStore(6, 20), Model(6, 20)

    namespaces = st.sampled_from(NAMESPACES)
    keys = st.integers(0, 8).map(key)

    @rule(namespace=namespaces, key=keys, size=st.integers(0, 22))
    def put(self, namespace, key, size):
        made = entry(size=size)
        assert self.store.put(namespace, key, made) == self.model.put(
            namespace, key, made
        )

    @rule(namespace=namespaces, key=keys)
    def get(self, namespace, key):
        assert self.store.get(namespace, key) is self.model.get(namespace, key)

    @rule(namespace=st.sampled_from([None, *NAMESPACES]))
    def clear(self, namespace):
        self.store.clear(namespace)
        self.model.clear(namespace)

    @invariant()
    def holds_the_same(self):
        assert self.store.count() == len(self.model.entries)
        for namespace in NAMESPACES:
            assert self.store.entries(namespace) == self.model.of(namespace)
            assert self.store.count(namespace) == len(self.model.of(namespace))


class PackingStoreMachine(RuleBasedStateMachine):
    """Nobody holds what it stores, and few entries are enough for it to be packed."""

    def __init__(self):
        super().__init__()
        self.store, self.model = MemoryStore(30, 100), Model(30, 100)
        self.numbers = itertools.count()
        self.parts = small_parts()
        self.parts.__enter__()

    def teardown(self):
        self.parts.__exit__(None, None, None)

    namespaces = st.sampled_from(NAMESPACES[:2])
    keys = st.integers(0, 40).map(key)
    makers = st.sampled_from([int, lambda n: [n], lambda n: [[n]], str])

    @rule(namespace=namespaces, key=keys, size=st.integers(0, 6), make=makers)
    def put(self, namespace, key, size, make):
        value = make(next(self.numbers))
        self.model.put(namespace, key, entry(copy.deepcopy(value), size))
        assert self.store.put(namespace, key, Entry(value, size))

    @rule(namespace=namespaces, keys=st.lists(keys, max_size=20))
    def put_some(self, namespace, keys):
        for each in keys:
            self.put(namespace, each, 2, int)

    @rule(namespace=namespaces, key=keys)
    def get(self, namespace, key):
        found, expected = self.store.get(namespace, key), self.model.get(namespace, key)
        assert found is expected is MISS or found.value == expected.value

    @rule(namespace=namespaces, key=keys)
    def delete(self, namespace, key):
        was_there = self.model.entries.pop((namespace, key), None) is not None
        assert self.store.clear(namespace, key) == was_there

    @rule(namespace=st.sampled_from([None, *NAMESPACES[:2]]))
    def clear(self, namespace):
        self.store.clear(namespace)
        self.model.clear(namespace)

    @rule(namespace=namespaces)
    def list_all(self, namespace):
        found = self.store.entries(namespace)
        assert found == self.store.entries(namespace)

    @invariant()
    def holds_the_same(self):
        for namespace in NAMESPACES[:2]:
            found = [(e.value, e.size) for e in self.store.contents.each(namespace)]
            assert found == [(e.value, e.size) for e in self.model.of(namespace)]
            assert self.store.count(namespace) == len(found)
            assert self.store.contents.size(namespace) == self.model.size(namespace)
        assert self.store._count == self.store.count() == len(self.model.entries)
        assert self.store._size == self.store.contents.size() == self.model.size()


TestMemoryStoreAgainstModel = MemoryStoreMachine.TestCase
TestPackingStoreAgainstModel = PackingStoreMachine.TestCase
for machine in (TestMemoryStoreAgainstModel, TestPackingStoreAgainstModel):
    machine.settings = settings(max_examples=60, stateful_step_count=50, deadline=None)


@pytest.mark.parametrize("parts", [nullcontext, small_parts])
def test_threads_keep_it_consistent(parts):
    with parts():
        keep_it_consistent()


def keep_it_consistent():
    store = MemoryStore(max_size=50, max_memory=500)
    namespaces = [Namespace(str(i)) for i in range(5)]

    def work(thread):
        namespace = namespaces[thread % 5]
        for i in range(500):
            store.put(namespace, key(i % 40), entry(i, size=i % 30))
            store.get(namespaces[i % 5], key(i % 40))
            assert store.count() <= 50
            if i % 100 == 99:
                store.clear(namespace)

    with ThreadPoolExecutor(16) as pool:
        list(pool.map(work, range(16)))
    sizes = [e.size for e in store.entries()]
    assert store.count() == len(sizes) == sum(store.count(n) for n in namespaces)
    assert store._size == sum(sizes) <= 500
    assert store._count == len(sizes) <= 50


def test_a_store_that_nobody_holds_is_freed_at_once():
    gc.disable()  # which would come at any time, and stop all threads meanwhile
    try:
        store = filled(filled(MemoryStore(max_size=3), range(5)), range(5), OTHER)
        gone = weakref.ref(store)
        del store
        assert gone() is None
    finally:
        gc.enable()
