"""A stale result is given at once, and one run renews it."""

import contextvars
import itertools
import logging
import threading
from types import SimpleNamespace

import pytest

import gradio as gr
from gradio.context import LocalContext
from support.ageing import EACH_KIND, cached
from support.failures import broken
from support.gates import Noticed, in_own_context


@EACH_KIND
def test_a_stale_result_is_given_at_once_and_one_run_renews_it(
    kind, clock, call, renewed, settled
):
    fn = cached(kind, renewed, ttl=10, stale=20)
    call(fn, "a")
    clock.move(10)
    assert [call(fn, "a") for _ in range(3)] == [1, 1, 1]
    renewed.gate.until_reached()
    clock.move(5)
    assert call(fn, "a") == 1
    renewed.gate.open()
    settled.wait()
    assert call(fn, "a") == 2
    assert renewed.gate.runs == 1
    assert settled.none_more


@EACH_KIND
def test_the_age_of_what_was_renewed_counts_from_the_renewal(
    kind, clock, call, renewed, settled
):
    fn = cached(kind, renewed, ttl=10, stale=20)
    call(fn, "a")
    clock.move(12)
    call(fn, "a")
    renewed.gate.until_reached()
    clock.move(9)
    renewed.gate.open()
    settled.wait()
    assert call(fn, "a") == 2
    assert settled.none_more
    clock.move(1)
    assert call(fn, "a") == 2
    settled.wait()
    assert call(fn, "a") == 3


@EACH_KIND
def test_after_the_stale_time_the_caller_waits(kind, clock, call):
    runs = itertools.count(1)
    fn = cached(kind, lambda _: next(runs), ttl=10, stale=20)
    call(fn, "a")
    clock.move(30)
    assert call(fn, "a") == 2


@pytest.mark.parametrize("kind", ["function", "coroutine"])
def test_who_comes_after_the_end_of_the_old_result_joins_its_renewal(
    kind, clock, call, renewed, settled, pool
):
    fn = cached(kind, renewed, ttl=10, stale=20)
    noticed = Noticed(fn)
    call(fn, "a")
    clock.move(29)
    call(fn, "a")
    renewed.gate.until_reached()
    clock.move(1)
    late = in_own_context(pool, call, fn, "a")
    noticed.wait_for(1)
    renewed.gate.open()
    assert late.result() == 2
    assert renewed.gate.runs == 1


@EACH_KIND
@pytest.mark.parametrize("forget", ["clear", "delete"])
def test_what_was_forgotten_during_a_renewal_is_not_given(
    kind, forget, clock, call, renewed, settled
):
    fn = cached(kind, renewed, ttl=10, stale=20)
    call(fn, "a")
    clock.move(10)
    call(fn, "a")
    renewed.gate.until_reached()
    if forget == "clear":
        fn.cache.clear()
    else:
        assert call.wait_for(fn.cache.delete("a"))
    renewed.gate.open()
    settled.wait()
    assert len(fn.cache) == 0
    assert call(fn, "a") == 3


@EACH_KIND
def test_a_renewal_that_fails_backs_off_and_leaves_the_end(
    kind, clock, call, settled, caplog
):
    runs = itertools.count(1)

    def fails(_):
        if (run := next(runs)) > 1:
            raise ValueError("no")
        return run

    fn = cached(kind, fails, ttl=10, stale=20)
    call(fn, "a")
    clock.move(10)
    for pause in (1, 2, 4):
        assert [call(fn, "a"), call(fn, "a")] == [1, 1]
        settled.wait()
        assert call(fn, "a") == 1
        clock.move(pause - 0.1)
        assert call(fn, "a") == 1
        assert settled.none_more
        clock.move(0.1)
    assert next(runs) == 5
    clock.move(13)
    with pytest.raises(ValueError, match="no"):
        call(fn, "a")
    assert [r.levelno for r in caplog.records] == [logging.WARNING]


def test_a_renewal_that_gives_what_can_not_be_kept_backs_off_too(clock, settled):
    runs = itertools.count(1)

    @gr.cache(ttl=10, stale=20)
    def fn():
        return 1 if next(runs) == 1 else (n for n in ())

    fn()
    clock.move(10)

    def renew():
        fn()
        settled.wait()

    with pytest.warns(UserWarning, match="is not cached"):
        renew()
    assert fn() == 1
    assert next(runs) == 3


def test_each_session_s_result_is_renewed_for_it(clock, settled):
    runs = itertools.count(1)
    fn = cached("function", lambda _: next(runs), ttl=10, stale=20, per_session=True)

    def as_session(name):
        request = SimpleNamespace(session_hash=name)
        context = contextvars.copy_context()
        context.run(LocalContext.request.set, request)
        return context.run(fn, "a")

    assert [as_session("mine"), as_session("yours")] == [1, 2]
    clock.move(10)
    assert as_session("mine") == 1
    settled.wait()
    assert [as_session("mine"), as_session("yours")] == [3, 2]
    settled.wait()


@EACH_KIND
def test_many_threads_that_find_it_stale_start_one_renewal(
    kind, clock, call, renewed, settled, pool
):
    fn = cached(kind, renewed, ttl=10, stale=20)
    call(fn, "a")
    clock.move(10)
    barrier = threading.Barrier(8)

    def ask():
        barrier.wait()
        return call(fn, "a")

    calls = [in_own_context(pool, ask) for _ in range(8)]
    assert [c.result() for c in calls] == [1] * 8
    renewed.gate.open()
    settled.wait()
    assert settled.none_more
    assert call(fn, "a") == 2


@EACH_KIND
@pytest.mark.parametrize("part", ["apart", "Invocation.copied"])
def test_a_renewal_that_can_not_begin_is_logged_and_breaks_no_call(
    kind, part, clock, call, settled, monkeypatch, caplog
):
    runs = itertools.count(1)
    fn = cached(kind, lambda _: next(runs), ttl=10, stale=20)
    call(fn, "a")
    clock.move(10)
    with monkeypatch.context() as patch:
        patch.setattr(f"gradio.caching.renewals.{part}", broken)
        assert [call(fn, "a"), call(fn, "a")] == [1, 1]
        settled.wait(2)
    assert caplog.text.count("The cache failed in renewing an entry") == 1
    assert call(fn, "a") == 1
    settled.wait()
    assert call(fn, "a") == 2


def test_who_finds_it_evicted_meanwhile_joins_its_renewal(
    clock, renewed, settled, pool
):
    fn = cached(
        "function", lambda x: renewed() if x == "a" else x, ttl=10, stale=20, max_size=1
    )
    noticed = Noticed(fn)
    fn("a")
    clock.move(10)
    fn("a")
    renewed.gate.until_reached()
    fn("b")
    late = in_own_context(pool, fn, "a")
    noticed.wait_for(1)
    renewed.gate.open()
    assert late.result() == fn("a") == 2
    settled.wait()
