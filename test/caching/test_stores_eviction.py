from hypothesis import given
from hypothesis import strategies as st

from gradio.caching.stores.eviction import EvictionOrder


def order_of(partitions):
    order = EvictionOrder(partitions, lambda partition: (-partition, 0))
    for owner in list(partitions):
        order.note_growth(owner)
    return order


def test_who_holds_most_comes_first():
    assert order_of({"a": 1, "b": 5, "c": 3}).first() == "b"


def test_one_holder_alone():
    assert order_of({"a": 1}).first() == "a"


def test_who_has_shrunk_or_gone_is_passed_over():
    partitions = {"a": 1, "b": 5, "c": 3}
    order = order_of(partitions)
    partitions["b"] = 0
    assert order.first() == "c"
    del partitions["c"]
    assert order.first() == "a"


def test_growth_is_noticed():
    partitions = {"a": 1, "b": 5}
    order = order_of(partitions)
    partitions["a"] = 9
    order.note_growth("a")
    assert order.first() == "a"


def test_the_heap_does_not_outgrow_the_holders():
    partitions = {"a": 0, "b": 0}
    order = order_of(partitions)
    for i in range(10_000):
        partitions["a"] = i
        order.note_growth("a")
    assert len(order._heap) < 100


CHANGES = st.lists(st.tuples(st.sampled_from("abcde"), st.integers(0, 9)), min_size=1)


@given(CHANGES)
def test_first_is_always_one_that_holds_most(changes):
    partitions = {}
    order = EvictionOrder(partitions, lambda partition: (-partition, 0))
    for owner, size in changes:
        before = partitions.get(owner, 0)
        if size:
            partitions[owner] = size
            if size > before:
                order.note_growth(owner)
        else:
            partitions.pop(owner, None)
        if partitions:
            assert partitions[order.first()] == max(partitions.values())


STEPS = st.lists(
    st.tuples(st.sampled_from("abcde"), st.integers(0, 2), st.integers(0, 9)),
    min_size=1,
)


@given(STEPS)
def test_first_is_always_of_the_lowest_class(steps):
    def rank(partition):
        liveness, size = partition
        return liveness, -size

    partitions = {}
    order = EvictionOrder(partitions, rank)
    for owner, *partition in steps:
        lower = owner not in partitions or rank(partition) < rank(partitions[owner])
        partitions[owner] = partition
        if lower:
            order.note_growth(owner)
        assert rank(partitions[order.first()]) == min(map(rank, partitions.values()))


def test_who_holds_nothing_any_more_is_not_noted():
    order = EvictionOrder({}, lambda partition: (-partition, 0))
    order.note_growth("gone")
    assert order._heap == []
