from hypothesis import given
from hypothesis import strategies as st

from gradio.caching.stores.eviction import EvictionOrder


def order_of(holdings):
    order = EvictionOrder(holdings, lambda holding: (-holding, 0))
    for holder in list(holdings):
        order.note_growth(holder)
    return order


def test_who_holds_most_comes_first():
    assert order_of({"a": 1, "b": 5, "c": 3}).first() == "b"


def test_one_holder_alone():
    assert order_of({"a": 1}).first() == "a"


def test_who_has_shrunk_or_gone_is_passed_over():
    holdings = {"a": 1, "b": 5, "c": 3}
    order = order_of(holdings)
    holdings["b"] = 0
    assert order.first() == "c"
    del holdings["c"]
    assert order.first() == "a"


def test_growth_is_noticed():
    holdings = {"a": 1, "b": 5}
    order = order_of(holdings)
    holdings["a"] = 9
    order.note_growth("a")
    assert order.first() == "a"


def test_the_heap_does_not_outgrow_the_holders():
    holdings = {"a": 0, "b": 0}
    order = order_of(holdings)
    for i in range(10_000):
        holdings["a"] = i
        order.note_growth("a")
    assert len(order._heap) < 100


CHANGES = st.lists(st.tuples(st.sampled_from("abcde"), st.integers(0, 9)), min_size=1)


@given(CHANGES)
def test_first_is_always_one_that_holds_most(changes):
    holdings = {}
    order = EvictionOrder(holdings, lambda holding: (-holding, 0))
    for holder, size in changes:
        before = holdings.get(holder, 0)
        if size:
            holdings[holder] = size
            if size > before:
                order.note_growth(holder)
        else:
            holdings.pop(holder, None)
        if holdings:
            assert holdings[order.first()] == max(holdings.values())


STEPS = st.lists(
    st.tuples(st.sampled_from("abcde"), st.integers(0, 2), st.integers(0, 9)),
    min_size=1,
)


@given(STEPS)
def test_first_is_always_of_the_lowest_class(steps):
    def rank(holding):
        liveness, size = holding
        return liveness, -size

    holdings = {}
    order = EvictionOrder(holdings, rank)
    for holder, *holding in steps:
        lower = holder not in holdings or rank(holding) < rank(holdings[holder])
        holdings[holder] = holding
        if lower:
            order.note_growth(holder)
        assert rank(holdings[order.first()]) == min(map(rank, holdings.values()))


def test_who_holds_nothing_any_more_is_not_noted():
    order = EvictionOrder({}, lambda holding: (-holding, 0))
    order.note_growth("gone")
    assert order._heap == []
