import pytest

from gradio.caching.decorator import cache, engine_of
from gradio.caching.entry import MISS
from gradio.caching.errors import UncopyableError
from gradio.caching.namespace import SHARED


@pytest.fixture
def engine():
    def fn(x):
        return [x]

    engine = engine_of(cache(fn))
    engine.shelf.clear()
    return engine


def test_equal_calls_have_equal_tickets(engine):
    assert engine.ticket((1,), {}) == engine.ticket((), {"x": 1})
    assert engine.ticket((1,), {}) != engine.ticket((2,), {})
    assert engine.ticket((1,), {}).namespace is SHARED


def test_a_clearing_makes_other_tickets(engine):
    before = engine.ticket((1,), {})
    engine.shelf.clear()
    assert engine.ticket((1,), {}) != before


def test_a_call_that_can_not_be_made_has_no_ticket(engine):
    assert engine.ticket((), {}) is None


def test_what_is_kept_is_found(engine):
    ticket, value = engine.ticket((1,), {}), [1]
    assert engine.lookup(ticket) is MISS
    entry = engine.keep(ticket, value, 0.5, [])
    assert engine.lookup(ticket) is entry
    assert entry.value == value
    assert entry.value is not value
    assert entry.size > 0


def test_what_is_kept_over_a_clearing_is_not_found(engine):
    ticket = engine.ticket((1,), {})
    engine.shelf.clear()
    assert engine.keep(ticket, [1], 0.5, []).value == [1]
    assert engine.lookup(ticket) is MISS
    assert engine.lookup(engine.ticket((1,), {})) is MISS


def test_what_can_not_be_copied_is_not_kept(engine):
    ticket = engine.ticket((1,), {})
    with pytest.warns(UserWarning, match="is not cached"):
        assert engine.keep(ticket, (n for n in [1]), 0.5, []) is None
    assert engine.lookup(ticket) is MISS


def test_an_entry_is_stale_once_its_file_is_gone(engine, tmp_path):
    path = tmp_path / "a.txt"
    path.touch()
    ticket = engine.ticket((1,), {})
    engine.keep(ticket, {"path": str(path)}, 0.5, [])
    assert engine.lookup(ticket) is not MISS
    path.unlink()
    assert engine.lookup(ticket) is MISS


def test_uncached_runs_have_a_mean_time(engine):
    engine.shelf.uncached.__init__()
    assert engine.shelf.uncached.seconds is None
    for x, seconds in enumerate((1.0, 3.0)):
        engine.keep(engine.ticket((x,), {}), x, seconds, [])
    assert engine.shelf.uncached.seconds == 2.0


def test_a_private_copy_is_another_object(engine):
    value = [1]
    assert engine.private(value) == value
    assert engine.private(value) is not value


def test_a_failure_while_copying_counts_as_not_copyable(engine, monkeypatch, caplog):
    def broken(_):
        raise ZeroDivisionError

    monkeypatch.setattr("gradio.caching.engine.snapshot", broken)
    with pytest.raises(UncopyableError):
        engine.private([1])
    assert "copying" in caplog.text
