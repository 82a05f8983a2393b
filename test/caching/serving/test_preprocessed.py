import weakref
from types import SimpleNamespace

from gradio.caching.function_cache import FunctionCache
from gradio.caching.keys import (
    PRECOMPUTED_KEY,
    CacheKey,
    Call,
    PrecomputedKey,
    WithheldKey,
)
from gradio.caching.namespace import SHARED
from gradio.caching.serving.lookup.preprocessed import (
    ByteBudget,
    PreprocessedPayload,
    UnprocessedPayload,
    drop,
    preprocessed,
    restore,
)
from gradio.caching.settings import Settings
from gradio.caching.stores.memory import MemoryStore


def packed(budget, size, key=None):
    reservation = budget.reserve(size)
    assert reservation is not None
    return PreprocessedPayload(["raw"], ["value"], key, reservation)


def body(payload):
    return SimpleNamespace(data=payload)


def test_values_are_handed_over_once():
    budget = ByteBudget(limit=10)
    payload = packed(budget, 4)
    assert payload == ["raw"]
    assert budget.used == 4
    assert preprocessed(payload) == ["value"]
    assert budget.used == 0
    assert preprocessed(payload) is None


def test_the_key_goes_with_them():
    cache = FunctionCache(Settings(), MemoryStore())
    key = PrecomputedKey(cache, ["value"], CacheKey(SHARED, b"k", 0), Call(("value",)))
    before = PRECOMPUTED_KEY.set(None)
    try:
        preprocessed(packed(ByteBudget(), 4, key))
        assert PRECOMPUTED_KEY.get() is key
    finally:
        PRECOMPUTED_KEY.reset(before)


def test_no_more_is_reserved_than_there_is():
    budget = ByteBudget(limit=10)
    first = packed(budget, 8)
    assert budget.reserve(4) is None
    assert budget.used == 8
    drop(body(first))
    assert budget.used == 0
    assert budget.reserve(10)
    assert budget.reserve(1) is None


def test_an_estimate_is_corrected_to_what_was_needed():
    budget = ByteBudget(limit=10)
    reservation = budget.reserve(8)
    reservation.settle(3)
    assert budget.used == 3
    reservation.settle(12)
    assert budget.used == 12
    assert budget.reserve(1) is None
    reservation.release()
    reservation.settle(5)
    assert budget.used == 0


def test_what_is_passed_on_is_released_by_who_got_it():
    budget = ByteBudget(limit=10)
    reservation = budget.reserve(8)
    passed_on = reservation.pass_on()
    reservation.release()
    assert budget.used == 8
    passed_on.release()
    assert budget.used == 0


def test_dropping_twice_or_after_taking_frees_once():
    budget = ByteBudget(limit=10)
    for free in (drop, lambda event: preprocessed(event.data)):
        event = body(packed(budget, 8))
        free(event)
        drop(event)
        assert budget.used == 0


def test_a_payload_that_was_not_packed():
    assert preprocessed(["raw"]) is None
    for given in (["raw"], None):
        event = body(given)
        drop(event)
        restore(event)
        assert event.data is given


def test_inputs_of_a_run_that_never_made_the_call_are_freed():
    class Input:
        pass

    cache, given = FunctionCache(Settings(), MemoryStore()), Input()
    key = PrecomputedKey(cache, [given], CacheKey(SHARED, b"k", 0), Call((given,)))
    payload = packed(ByteBudget(), 4, key)
    preprocessed(payload)
    drop(body(payload))
    alive = weakref.ref(given)
    del given
    assert alive() is None
    assert key.claim(cache, (), {}) is None


def test_an_event_that_has_run_has_the_payload_it_came_with():
    budget = ByteBudget(limit=10)
    withheld = WithheldKey(FunctionCache(Settings(), MemoryStore()))
    for payload in (packed(budget, 8), UnprocessedPayload(["raw"], withheld)):
        event = body(payload)
        restore(event)
        assert type(event.data) is list
        assert event.data == ["raw"]
        assert budget.used == 0
