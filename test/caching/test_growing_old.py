"""Results have an age, which counts from the start of the run that made them."""

import gc
import itertools
import weakref

import pytest

import gradio as gr
from gradio.caching import ages
from gradio.caching.wrapping import engine_of
from support.ageing import EACH_KIND, cached, calling
from support.gates import Noticed, in_own_context
from support.kinds import KINDS, outcome


@pytest.fixture
def call():
    with calling() as call:
        yield call


@EACH_KIND
def test_a_result_is_given_until_its_ttl_is_over(kind, clock, call):
    runs = itertools.count(1)
    fn = cached(kind, lambda _: next(runs), ttl=10)
    assert call(fn, "a") == 1
    clock.move(9.9)
    assert call(fn, "a") == 1
    clock.move(0.1)
    assert [call(fn, "a"), call(fn, "a")] == [2, 2]


@EACH_KIND
def test_age_counts_from_the_start_of_the_run(kind, clock, call):
    runs = itertools.count(1)

    def slow(_):
        clock.move(8)
        return next(runs)

    fn = cached(kind, slow, ttl=10)
    assert call(fn, "a") == 1
    clock.move(1.9)
    assert call(fn, "a") == 1
    clock.move(0.1)
    assert call(fn, "a") == 2


@EACH_KIND
def test_a_run_that_takes_longer_than_the_ttl_is_for_those_who_waited(
    kind, clock, call
):
    runs = itertools.count(1)

    def slow(_):
        clock.move(10)
        return next(runs)

    fn = cached(kind, slow, ttl=10)
    assert [call(fn, "a"), call(fn, "a")] == [1, 2]
    assert len(fn.cache) == 0


def test_followers_of_a_long_run_get_its_result(clock, gate, pool):
    @gr.cache(ttl=10)
    def fn():
        gate.wait()
        clock.move(20)
        return gate.runs

    noticed = Noticed(fn)
    calls = [in_own_context(pool, fn) for _ in range(4)]
    noticed.wait_for(3)
    gate.open()
    assert [call.result() for call in calls] == [1] * 4


def test_a_generator_s_age_counts_from_its_first_item_on(clock):
    runs = itertools.count(1)

    @gr.cache(ttl=10)
    def fn():
        run = next(runs)
        yield run
        yield run

    items = fn()
    next(items)
    clock.move(9)
    list(items)
    assert list(fn()) == [1, 1]
    clock.move(1)
    assert list(fn()) == [2, 2]


def test_what_is_too_old_leaves_memory_when_it_is_asked_for(clock):
    class Result:
        pass

    @gr.cache(ttl=10)
    def fn(x):
        return Result()

    fn(1)
    (entry,) = engine_of(fn).cache.store.entries()
    gone = weakref.ref(entry.value)
    del entry
    clock.move(10)
    assert not fn.cache.delete(1)
    gc.collect()
    assert gone() is None


def test_it_leaves_before_what_is_used_least(clock):
    @gr.cache(ttl=10, max_size=2)
    def fn(x):
        return x

    fn("old")
    clock.move(5)
    fn("young")
    fn("old")
    clock.move(5)
    fn("new")
    assert len(fn.cache) == 2
    assert fn.cache.info().evictions == 0
    assert fn.cache.delete("young")


def test_it_is_in_no_count(clock):
    fn = gr.cache(lambda x: x, ttl=10)
    for x in range(5):
        fn(x)
    clock.move(10)
    assert len(fn.cache) == 0
    assert fn.cache.info().entries == fn.cache.info().bytes == 0


@pytest.mark.parametrize("fn", KINDS)
def test_who_asks_for_no_age_pays_for_none(fn, monkeypatch):
    monkeypatch.setattr(ages, "clock", None)
    runs_once = gr.cache(fn, max_size=2)
    for x in (1, 1, 2, 3):
        outcome(runs_once, x)
    entries = engine_of(runs_once).cache.store.entries()
    assert [entry.life for entry in entries] == [None, None]
