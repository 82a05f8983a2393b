"""The arguments, the context and the loop of a call that is renewed."""

import asyncio
import contextvars
import threading

import pytest

import gradio as gr
from gradio.caching.wrapping import engine_of
from gradio.context import LocalContext
from support.ageing import EACH_KIND, cached
from support.gates import Gate


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
    kind, clock, call, renewed, settled
):
    fn = cached(kind, renewed, ttl=10, stale=20)
    call(fn, "a")
    clock.move(10)

    async def one():
        result = fn("a")
        if kind == "coroutine":
            return await result
        return [item async for item in result]

    asyncio.run(one())
    settled.wait()
    renewed.gate.open()
    assert call(fn, "a") == 1
    settled.wait()
    assert call(fn, "a") > 1
