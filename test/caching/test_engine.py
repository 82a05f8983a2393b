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
    engine.cache.clear()
    return engine


def test_equal_calls_have_equal_keys(engine):
    assert engine.key_of((1,), {}) == engine.key_of((), {"x": 1})
    assert engine.key_of((1,), {}) != engine.key_of((2,), {})
    assert engine.key_of((1,), {}).namespace is SHARED


def test_a_clearing_makes_other_keys(engine):
    before = engine.key_of((1,), {})
    engine.cache.clear()
    assert engine.key_of((1,), {}) != before


def test_a_call_that_can_not_be_made_has_no_key(engine):
    assert engine.key_of((), {}) is None


def test_what_is_kept_is_found(engine):
    key, value = engine.key_of((1,), {}), [1]
    assert engine.lookup(key) is MISS
    entry = engine.store(key, value, 0.5, [])
    assert engine.lookup(key) is entry
    assert entry.value == value
    assert entry.value is not value
    assert entry.size > 0


def test_what_is_kept_over_a_clearing_is_not_found(engine):
    key = engine.key_of((1,), {})
    engine.cache.clear()
    assert engine.store(key, [1], 0.5, []).value == [1]
    assert engine.lookup(key) is MISS
    assert engine.lookup(engine.key_of((1,), {})) is MISS


def test_what_can_not_be_copied_is_not_kept(engine):
    key = engine.key_of((1,), {})
    with pytest.warns(UserWarning, match="is not cached"):
        assert engine.store(key, (n for n in [1]), 0.5, []) is None
    assert engine.lookup(key) is MISS


def test_an_entry_is_stale_once_its_file_is_gone(engine, tmp_path):
    path = tmp_path / "a.txt"
    path.touch()
    key = engine.key_of((1,), {})
    engine.store(key, {"path": str(path)}, 0.5, [])
    assert engine.lookup(key) is not MISS
    path.unlink()
    assert engine.lookup(key) is MISS


def test_uncached_runs_have_a_mean_time(engine):
    engine.cache.uncached.__init__()
    assert engine.cache.uncached.seconds is None
    for x, seconds in enumerate((1.0, 3.0)):
        engine.store(engine.key_of((x,), {}), x, seconds, [])
    assert engine.cache.uncached.seconds == 2.0


def test_a_private_copy_is_another_object(engine):
    value = [1]
    assert engine.copy_of(value) == value
    assert engine.copy_of(value) is not value


def test_a_failure_while_copying_counts_as_not_copyable(engine, monkeypatch, caplog):
    def broken(_):
        raise ZeroDivisionError

    monkeypatch.setattr("gradio.caching.engine.snapshot", broken)
    with pytest.raises(UncopyableError):
        engine.copy_of([1])
    assert "copying" in caplog.text
