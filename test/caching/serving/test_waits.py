import gc
import weakref
from types import SimpleNamespace

import pytest

from gradio.caching.context import sessions
from gradio.caching.function_cache import FunctionCache
from gradio.caching.serving.lookup.preprocessed import ByteBudget, PreprocessedPayload
from gradio.caching.serving.queueing.waits import mean_wait, note_miss, note_run
from gradio.caching.settings import Settings
from gradio.caching.stores.memory import MemoryStore
from support.queued import Stub


@pytest.fixture
def engine():
    return SimpleNamespace(cache=FunctionCache(Settings(), MemoryStore()))


def event(fn, seconds, inputs=()):
    return Stub(fn=fn, run_time=seconds, data=SimpleNamespace(data=inputs))


def run(engine, fn, seconds):
    ran = event(fn, seconds)
    note_miss(ran, engine, 0.0)
    note_run(ran)


def test_the_listener_s_own_then_that_of_all_then_the_function_s(engine):
    one, other = Stub(), Stub()
    assert mean_wait(one, engine) is None
    engine.cache.uncached.add(1.0)
    assert mean_wait(one, engine) == 1.0
    run(engine, other, 3.0)
    assert mean_wait(one, engine) == 3.0
    run(engine, one, 5.0)
    run(engine, one, 7.0)
    assert (mean_wait(one, engine), mean_wait(other, engine)) == (6.0, 3.0)


def test_preprocessing_counts_once(engine):
    fn = Stub()
    packed = PreprocessedPayload(["raw"], ["inputs"], None, ByteBudget().reserve(1))
    for inputs in (packed, ["raw"]):
        ran = event(fn, 3.0, inputs)
        note_miss(ran, engine, 1.0)
        note_run(ran)
    assert mean_wait(fn, engine) == (4.0 + 3.0) / 2


def test_events_that_were_never_looked_up_do_not_count(engine):
    note_run(event(Stub(), 3.0))
    assert mean_wait(Stub(), engine) is None


@pytest.mark.parametrize("elsewhere", [True, False])
def test_a_hit_of_its_own_function_is_no_uncached_run(engine, elsewhere, monkeypatch):
    ran = event(Stub(), 3.0)
    queue = SimpleNamespace(event_ids_to_events={"id": ran})
    blocks, id_ = sessions.LocalContext.blocks, sessions.LocalContext.event_id
    tokens = blocks.set(SimpleNamespace(_queue=queue)), id_.set("id")
    note_miss(ran, engine, 0.0)
    sessions.mark_hit(Stub() if elsewhere else engine.cache)
    blocks.reset(tokens[0])
    id_.reset(tokens[1])
    note_run(ran)
    assert mean_wait(ran.fn, engine) == (3.0 if elsewhere else None)


def test_nothing_is_kept_alive(engine):
    fn, ran = Stub(), event(Stub(), 1.0)
    run(engine, fn, 1.0)
    note_miss(ran, engine, 0.0)
    gone = weakref.ref(fn), weakref.ref(ran)
    del fn, ran
    gc.collect()
    assert [ref() for ref in gone] == [None, None]
