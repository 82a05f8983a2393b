from gradio.caching.stores.heap import FreedMemory, _trim, give_back

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


def test_without_a_limit_it_is_never_due():
    freed = FreedMemory(None)
    freed.add(2**40)
    assert not freed.is_due()


def test_other_allocators_are_left_alone(monkeypatch):
    monkeypatch.setattr("ctypes.CDLL", lambda name: object())
    _trim.cache_clear()
    try:
        give_back()
        assert _trim() is None
    finally:
        _trim.cache_clear()
