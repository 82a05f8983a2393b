"""What consumers do to the items of a generator, neither it nor another one sees."""

import asyncio
import threading
from collections import Counter, deque

import numpy as np
import pytest

import gradio as gr
from gradio.caching.engine import Engine
from support.kinds import listed


class Thing:
    def __init__(self):
        self.parts = []

    def __repr__(self):
        return f"Thing({self.parts})"


STATES = {
    "list": (list, list.append),
    "dict": (dict, lambda state, x: state.update({x: x})),
    "set": (set, set.add),
    "deque": (deque, deque.append),
    "bytearray": (bytearray, bytearray.append),
    "array": (lambda: np.zeros(3, int), lambda state, x: state.__iadd__(x)),
    "large array": (lambda: np.zeros(9000, int), lambda state, x: state.__iadd__(x)),
    "nested": (lambda: ({"a": []}, 1), lambda state, x: state[0]["a"].append(x)),
    "object": (Thing, lambda state, x: state.parts.append(x)),
}
EACH_STATE = pytest.mark.parametrize(("make", "change"), STATES.values(), ids=STATES)


def growing(make, change):
    """Changes a state and yields it again, then what holds it, then another one."""
    state = make()
    for x in range(3):
        change(state, x)
        yield state
    yield [state]
    return [state]


async def growing_later(make, change):
    for item in growing(make, change):
        yield item


def spoiling(items, change):
    """Lists what items looked like when they came; each is changed afterwards."""
    seen = []
    for item in items:
        seen.append(repr(item))
        change(item[0] if len(seen) == 4 else item, 99)
    return seen


def plain(make, change):
    return [repr(item) for item in growing(make, change)]


@EACH_STATE
def test_who_has_a_generator_run_spoils_nothing(make, change):
    fn = gr.cache(growing)
    for _ in range(3):
        assert spoiling(fn(make, change), change) == plain(make, change)
    assert fn.cache.info().misses == 1


@EACH_STATE
def test_who_has_an_async_generator_run_spoils_nothing(make, change):
    fn = gr.cache(growing_later)

    async def spoiling_later():
        seen = []
        async for item in fn(make, change):
            seen += [repr(item)]
            change(item[0] if len(seen) == 4 else item, 99)
        return seen

    for _ in range(3):
        assert asyncio.run(spoiling_later()) == plain(make, change)
    assert fn.cache.info().misses == 1


@EACH_STATE
def test_a_follower_sees_nothing_of_what_is_spoiled_before_it(make, change):
    fn = gr.cache(growing)
    leader, follower = fn(make, change), fn(make, change)
    for expected in plain(make, change)[:3]:
        change(next(leader), 99)
        item = next(follower)
        assert repr(item) == expected
        change(item, 98)
    assert fn.cache.info().hits == 1


@EACH_STATE
def test_what_a_generator_returns_is_each_one_s_own(make, change):
    fn = gr.cache(growing)
    returned = []

    def consume(items):
        (state,) = yield from items
        returned.append(repr(state))
        change(state, 99)

    calls = [consume(fn(make, change)) for _ in range(2)]
    for call in calls:  # they share one run
        next(call)
    for call in [*calls, consume(fn(make, change))]:
        deque(call, maxlen=0)
    assert len(set(returned)) == 1
    assert len(returned) == 3


@pytest.fixture
def copied(monkeypatch):
    """How often the values that are yielded were copied, by their class."""
    counts = Counter()
    copy_of = Engine.copy_of

    def counting(engine, value):
        counts[type(value).__name__] += 1
        return copy_of(engine, value)

    monkeypatch.setattr(Engine, "copy_of", counting)
    return counts


EACH_FORM = pytest.mark.parametrize("form", ["generator", "async generator"])


def consumed(form, make):
    """Lists what a cached generator or async generator of what is made yields."""

    def fn():
        yield from make()

    async def fn_later():
        for item in make():
            yield item

    if form == "generator":
        return list(gr.cache(fn)())
    return asyncio.run(listed(gr.cache(fn_later)()))


@EACH_FORM
def test_an_item_is_copied_for_the_store_and_for_who_had_it_made(form, copied):
    consumed(form, lambda: ([1], "text", (1, 2)))
    assert (copied["list"], copied["str"], copied["tuple"]) == (2, 1, 1)


@EACH_FORM
def test_from_one_on_that_can_not_be_copied_items_come_as_they_are(form):
    made = [[0], threading.Lock(), [2], [2]]
    with pytest.warns(UserWarning, match="can be copied"):
        got = consumed(form, lambda: made)
    assert got[0] == [0]
    assert [a is b for a, b in zip(got, made, strict=True)] == [False, *[True] * 3]
