from gradio.caching.namespace import SHARED
from gradio.caching.serving.handover import Budget, drop, preprocessed
from gradio.caching.settings import Settings
from gradio.caching.shelf import Shelf
from gradio.caching.stores.memory import MemoryStore
from gradio.caching.tickets import HANDED, Handed, Ticket


def test_values_are_handed_over_once():
    budget = Budget(limit=10)
    payload = budget.pack(["raw"], ["value"], None, 4)
    assert payload == ["raw"]
    assert budget.used == 4
    assert preprocessed(payload) == ["value"]
    assert budget.used == 0
    assert preprocessed(payload) is None


def test_the_ticket_goes_with_them():
    shelf = Shelf(Settings(), MemoryStore())
    handed = Handed(shelf, ["value"], Ticket(SHARED, b"k", 0))
    before = HANDED.set(None)
    try:
        preprocessed(Budget().pack(["raw"], ["value"], handed, 4))
        assert HANDED.get() is handed
    finally:
        HANDED.reset(before)


def test_what_does_not_fit_is_made_again():
    budget = Budget(limit=10)
    first = budget.pack(["a"], ["value"], None, 8)
    assert preprocessed(budget.pack(["b"], ["value"], None, 4)) is None
    assert budget.used == 8
    drop(first)
    assert budget.used == 0
    assert preprocessed(budget.pack(["b"], ["value"], None, 4)) == ["value"]


def test_dropping_twice_or_after_taking_frees_once():
    budget = Budget(limit=10)
    for free in (drop, preprocessed):
        payload = budget.pack(["a"], ["value"], None, 8)
        free(payload)
        drop(payload)
        assert budget.used == 0


def test_a_payload_that_was_not_packed():
    assert preprocessed(["raw"]) is None
    drop(["raw"])
    drop(None)
