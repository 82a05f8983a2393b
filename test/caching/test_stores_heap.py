import threading
from collections import OrderedDict

import pytest

from gradio.caching.stores.heap import FreedMemory, _trim, give_back, let_go

MIB = 2**20


def test_it_is_due_when_much_of_the_limit_was_evicted():
    freed = FreedMemory(64 * MIB)
    freed.add(7 * MIB)
    assert not freed.is_due()
    freed.add(MIB)
    assert freed.is_due()
    assert not freed.is_due()


def test_a_small_limit_does_not_make_it_often():
    freed = FreedMemory(1000)
    freed.add(MIB - 1)
    assert not freed.is_due()
    freed.add(1)
    assert freed.is_due()


def test_other_allocators_are_left_alone(monkeypatch):
    monkeypatch.setattr("ctypes.CDLL", lambda name: object())
    _trim.cache_clear()
    try:
        give_back()
        assert _trim() is None
    finally:
        _trim.cache_clear()


@pytest.mark.parametrize(("count", "is_elsewhere"), [(1000, False), (1001, True)])
def test_very_many_are_let_go_by_another_thread(count, is_elsewhere):
    threads, all_gone = [], threading.Event()

    class Value:
        def __del__(self):
            threads.append(threading.get_ident())
            if len(threads) == count:
                all_gone.set()

    let_go([OrderedDict((n, Value()) for n in range(count))])
    assert all_gone.wait(30)
    assert (threading.get_ident() not in threads) is is_elsewhere
