"""An old result is given if the function fails to make a new one."""

import itertools
import logging

import pytest

import gradio as gr
from support.ageing import EACH_KIND, cached, calling
from support.gates import Noticed, in_own_context


class RefusedError(Exception):
    pass


class Fails:
    """Gives a number, except when it is told to fail."""

    def __init__(self):
        self.fails = False
        self.runs = 0

    def __call__(self, _):
        self.runs += 1
        if self.fails:
            raise RefusedError
        return self.runs


@pytest.fixture
def call():
    with calling() as call:
        yield call


@EACH_KIND
def test_it_is_computed_first_and_the_old_result_given_if_that_fails(
    kind, clock, call, caplog
):
    body = Fails()
    fn = cached(kind, body, ttl=10, stale_if_error=20)
    call(fn, "a")
    clock.move(10)
    assert call(fn, "a") == 2
    clock.move(10)
    body.fails = True
    assert [call(fn, "a"), call(fn, "a")] == [2, 2]
    assert body.runs == 4
    assert [r.levelno for r in caplog.records] == [logging.WARNING]
    body.fails = False
    assert call(fn, "a") == 5


@EACH_KIND
def test_after_its_end_the_error_is_raised(kind, clock, call):
    body = Fails()
    fn = cached(kind, body, ttl=10, stale_if_error=20)
    call(fn, "a")
    clock.move(30)
    body.fails = True
    with pytest.raises(RefusedError):
        call(fn, "a")
    with pytest.raises(RefusedError):
        call(fn, "another")


@EACH_KIND
@pytest.mark.parametrize("forget", ["clear", "delete"])
def test_what_was_forgotten_is_not_given(kind, forget, clock, call):
    body = Fails()
    fn = cached(kind, body, ttl=10, stale_if_error=20)
    call(fn, "a")
    clock.move(10)
    body.fails = True
    if forget == "clear":
        fn.cache.clear()
    else:
        assert call.wait_for(fn.cache.delete("a"))
    with pytest.raises(RefusedError):
        call(fn, "a")


@EACH_KIND
def test_a_refresh_raises(kind, clock, call):
    body = Fails()
    fn = cached(kind, body, ttl=10, stale_if_error=20)
    call(fn, "a")
    clock.move(10)
    body.fails = True
    with pytest.raises(RefusedError):
        call.wait_for(fn.cache.refresh("a"))
    assert call(fn, "a") == 1


@EACH_KIND
def test_both_windows_follow_one_another(kind, clock, call):
    body = Fails()
    fn = cached(kind, body, ttl=10, stale=5, stale_if_error=20)
    call(fn, "a")
    clock.move(15)
    body.fails = True
    assert call(fn, "a") == 1
    assert body.runs == 2


def test_followers_get_it_as_well(clock, gate, pool):
    runs = itertools.count(1)

    @gr.cache(ttl=10, stale_if_error=20)
    def fn():
        if (run := next(runs)) == 1:
            return run
        gate.wait()
        raise RefusedError

    noticed = Noticed(fn)
    fn()
    clock.move(10)
    calls = [in_own_context(pool, fn) for _ in range(4)]
    noticed.wait_for(3)
    gate.open()
    assert [c.result() for c in calls] == [1] * 4
    assert gate.runs == 1


def test_a_generator_that_has_given_something_raises(clock):
    fails = []

    @gr.cache(ttl=10, stale_if_error=20)
    def fn():
        yield 1
        if fails:
            raise RefusedError
        yield 2

    list(fn())
    clock.move(10)
    fails.append(True)
    items = fn()
    assert next(items) == 1
    with pytest.raises(RefusedError):
        next(items)


@pytest.mark.parametrize("error", [KeyboardInterrupt, SystemExit])
def test_what_ends_the_process_is_raised(error, clock):
    fails = []

    @gr.cache(ttl=10, stale_if_error=20)
    def fn():
        if fails:
            raise error
        return 1

    fn()
    clock.move(10)
    fails.append(True)
    with pytest.raises(error):
        fn()
