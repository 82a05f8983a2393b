"""A stale result is given at once, and one run renews it."""

import asyncio
import contextvars
import itertools
import logging
import threading
from types import SimpleNamespace

import pytest

import gradio as gr
from gradio.caching.decorator import engine_of
from gradio.context import LocalContext
from support.ageing import EACH_KIND, Settled, cached, calling
from support.failures import broken
from support.gates import Gate, Noticed, in_own_context


@pytest.fixture
def call():
    with calling() as call:
        yield call


@pytest.fixture
def settled(monkeypatch):
    return Settled(monkeypatch)


class Runs:
    """Counts runs, and holds up those after the first."""

    def __init__(self):
        self.gate = Gate()
        self._numbers = itertools.count(1)

    def __call__(self, *_):
        number = next(self._numbers)
        if number > 1:
            self.gate.wait()
        return number


@pytest.fixture
def runs():
    runs = Runs()
    yield runs
    runs.gate.open()


@EACH_KIND
def test_a_stale_result_is_given_at_once_and_one_run_renews_it(
    kind, clock, call, runs, settled
):
    fn = cached(kind, runs, ttl=10, stale=20)
    call(fn, "a")
    clock.move(10)
    assert [call(fn, "a") for _ in range(3)] == [1, 1, 1]
    runs.gate.until_reached()
    clock.move(5)
    assert call(fn, "a") == 1
    runs.gate.open()
    settled.wait()
    assert call(fn, "a") == 2
    assert runs.gate.runs == 1
    assert settled.none_more


@EACH_KIND
def test_the_age_of_what_was_renewed_counts_from_the_renewal(
    kind, clock, call, runs, settled
):
    fn = cached(kind, runs, ttl=10, stale=20)
    call(fn, "a")
    clock.move(12)
    call(fn, "a")
    runs.gate.until_reached()
    clock.move(9)
    runs.gate.open()
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
    kind, clock, call, runs, settled, pool
):
    fn = cached(kind, runs, ttl=10, stale=20)
    noticed = Noticed(fn)
    call(fn, "a")
    clock.move(29)
    call(fn, "a")
    runs.gate.until_reached()
    clock.move(1)
    late = in_own_context(pool, call, fn, "a")
    noticed.wait_for(1)
    runs.gate.open()
    assert late.result() == 2
    assert runs.gate.runs == 1


@EACH_KIND
@pytest.mark.parametrize("forget", ["clear", "delete"])
def test_what_was_forgotten_during_a_renewal_is_not_given(
    kind, forget, clock, call, runs, settled
):
    fn = cached(kind, runs, ttl=10, stale=20)
    call(fn, "a")
    clock.move(10)
    call(fn, "a")
    runs.gate.until_reached()
    if forget == "clear":
        fn.cache.clear()
    else:
        assert call.wait_for(fn.cache.delete("a"))
    runs.gate.open()
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


@EACH_KIND
def test_the_arguments_are_those_of_the_call(kind, clock, call, settled):
    gate = Gate()

    def total(numbers):
        if total.waits:
            gate.wait()
        return sum(numbers)

    total.waits = False
    fn, numbers = cached(kind, total, ttl=10, stale=20), [1, 2]
    call(fn, numbers)
    clock.move(10)
    total.waits = True
    assert call(fn, numbers) == 3
    gate.until_reached()
    numbers.append(100)
    gate.open()
    settled.wait()
    assert call(fn, [1, 2]) == 3
    assert gate.runs == 1


def test_a_method_is_renewed_on_its_own_object(clock, settled):
    class Model:
        def __init__(self):
            self.used = []

        @gr.cache(ttl=10, stale=20)
        def run(self, x):
            self.used.append(x)
            return len(self.used)

    model = Model()
    model.run(["a"])
    clock.move(10)
    assert model.run(["a"]) == 1
    settled.wait()
    assert model.run(["a"]) == 2
    assert model.used == [["a"], ["a"]]
    assert Model.run.cache.delete(model, ["a"])


def test_arguments_that_can_not_be_copied_are_passed_as_they_are(clock, settled):
    lock = threading.Lock()
    seen = []

    @gr.cache(ttl=10, stale=20, key=lambda a: a["x"])
    def fn(lock, x):
        seen.append(lock)
        return x

    fn(lock, 1)
    clock.move(10)
    fn(lock, 1)
    settled.wait()
    assert seen == [lock, lock]


WHO = contextvars.ContextVar("who", default="nobody")


def test_a_renewal_has_the_context_of_the_call_but_not_its_event(clock, settled):
    seen = []

    @gr.cache(ttl=10, stale=20)
    def fn():
        context = LocalContext
        seen.append((WHO.get(), context.event_id.get(None), context.request.get(None)))
        return len(seen)

    def in_event():
        WHO.set("ada")
        LocalContext.event_id.set("event")
        LocalContext.request.set("request")
        return fn()

    for _ in range(2):
        contextvars.copy_context().run(in_event)
        clock.move(10)
    settled.wait()
    assert seen == [("ada", "event", "request"), ("ada", None, "request")]


def test_a_renewal_s_toasts_are_not_those_of_the_run_that_came_upon_it(
    clock, settled, monkeypatch
):
    told = []
    monkeypatch.setattr("builtins.print", told.append)

    @gr.cache(ttl=10, stale=20)
    def inner():
        gr.Info("inner")
        return clock()

    @gr.cache
    def outer(x):
        result = inner()
        settled_once()
        return result

    def settled_once():
        if clock() > 1000:
            settled.wait()

    outer(1)
    clock.move(10)
    outer(2)
    assert told == ["inner"] * 3
    (entry,) = engine_of(outer).cache.store.entries()[1:]
    assert [toast.message for toast in entry.toasts] == ["inner"]


def test_a_run_does_not_count_as_waiting_for_a_renewal_that_it_started(clock, settled):
    """The renewal may call what that run computes."""
    done = threading.Event()

    @gr.cache(ttl=10, stale=20)
    def inner():
        if clock() > 1000:
            outer(2)
        return 1

    @gr.cache
    def outer(x):
        result = inner()
        done.set()
        return result

    outer(1)
    clock.move(10)
    assert outer(2) == 1
    settled.wait()
    assert done.is_set()


def test_a_renewal_that_hangs_holds_up_nobody(clock, settled):
    hung = Gate()

    @gr.cache(ttl=10, stale=20)
    def fn(x):
        if x < 4 and clock() > 1000:
            hung.wait()
        return clock()

    for x in range(6):
        fn(x)
    clock.move(10)
    for x in range(4):
        fn(x)
        hung.until_reached()
    fn(5)  # has to wait for a thread
    clock.move(20)
    assert fn(5) == 1030
    hung.open()
    settled.wait(5)
    assert fn(5) == 1030


@pytest.mark.parametrize("kind", ["coroutine", "async generator"])
def test_a_renewal_that_ends_with_its_loop_lets_another_begin(
    kind, clock, call, runs, settled
):
    fn = cached(kind, runs, ttl=10, stale=20)
    call(fn, "a")
    clock.move(10)

    async def one():
        result = fn("a")
        if kind == "coroutine":
            return await result
        return [item async for item in result]

    asyncio.run(one())
    settled.wait()
    runs.gate.open()
    assert call(fn, "a") == 1
    settled.wait()
    assert call(fn, "a") > 1


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
    kind, clock, call, runs, settled, pool
):
    fn = cached(kind, runs, ttl=10, stale=20)
    call(fn, "a")
    clock.move(10)
    barrier = threading.Barrier(8)

    def ask():
        barrier.wait()
        return call(fn, "a")

    calls = [in_own_context(pool, ask) for _ in range(8)]
    assert [c.result() for c in calls] == [1] * 8
    runs.gate.open()
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


def test_who_finds_it_evicted_meanwhile_joins_its_renewal(clock, runs, settled, pool):
    fn = cached(
        "function", lambda x: runs() if x == "a" else x, ttl=10, stale=20, max_size=1
    )
    noticed = Noticed(fn)
    fn("a")
    clock.move(10)
    fn("a")
    runs.gate.until_reached()
    fn("b")
    late = in_own_context(pool, fn, "a")
    noticed.wait_for(1)
    runs.gate.open()
    assert late.result() == fn("a") == 2
    settled.wait()
