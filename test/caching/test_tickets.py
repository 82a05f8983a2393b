import pytest

from gradio.caching.namespace import SHARED
from gradio.caching.settings import Settings
from gradio.caching.shelf import Shelf
from gradio.caching.stores.memory import MemoryStore
from gradio.caching.tickets import Handed, Ticket

TICKET = Ticket(SHARED, b"key", 0)


def shelf():
    return Shelf(Settings(), MemoryStore())


def test_is_good_for_one_call_with_the_very_inputs():
    mine, image = shelf(), object()
    handed = Handed(mine, [image], TICKET)
    assert handed.take(mine, (object(), image)) is TICKET
    assert handed.take(mine, (object(), image)) is None


def test_is_not_good_for_another_function():
    mine, image = shelf(), object()
    handed = Handed(mine, [image], TICKET)
    assert handed.take(shelf(), (image,)) is None
    assert handed.take(mine, (image,)) is TICKET


@pytest.mark.parametrize("args", [(), ([1],), ([1], [2])])
def test_is_not_good_for_other_inputs(args):
    mine = shelf()
    handed = Handed(mine, [[1], [2]], TICKET)
    assert handed.take(mine, args) is None
