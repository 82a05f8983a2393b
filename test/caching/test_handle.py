"""What users can do with the `cache` of a function of any kind."""

import itertools

import pytest

import gradio as gr
from support.ageing import EACH_KIND, Numbers, Settled, cached
from support.gates import in_own_context


def one_of(result):
    """The one item that a refreshed generator has given, or the result."""
    return result[0] if isinstance(result, list) else result


class TestDelete:
    @EACH_KIND
    def test_forgets_one_call(self, kind, call):
        fn = cached(kind, Numbers())
        assert [call(fn, "a"), call(fn, "b")] == [1, 2]
        assert call.wait_for(fn.cache.delete("a")) is True
        assert call.wait_for(fn.cache.delete("a")) is False
        assert [call(fn, "b"), call(fn, "a")] == [2, 3]

    @EACH_KIND
    def test_arguments_may_be_named(self, kind, call):
        fn = cached(kind, Numbers())
        call(fn, "a")
        assert call.wait_for(fn.cache.delete(x="a"))

    @EACH_KIND
    def test_what_is_being_computed_is_not_kept(self, kind, call, pool):
        numbers = Numbers(1)
        fn = cached(kind, numbers)
        running = in_own_context(pool, call, fn, "a")
        numbers.gates[1].until_reached()
        assert call.wait_for(fn.cache.delete("a")) is False
        assert call(fn, "a") == 2
        numbers.gates[1].open()
        assert running.result() == 1
        assert call(fn, "a") == 2

    def test_other_calls_that_run_are_kept(self, pool):
        numbers = Numbers(1)
        fn = cached("function", numbers)
        running = in_own_context(pool, fn, "a")
        numbers.gates[1].until_reached()
        for i in range(200):
            fn.cache.delete(i)
        numbers.gates[1].open()
        running.result()
        assert fn("a") == 1

    def test_however_many_are_deleted_meanwhile_it_is_not_kept(self, pool):
        numbers = Numbers(1)
        fn = cached("function", numbers)
        running = in_own_context(pool, fn, "a")
        numbers.gates[1].until_reached()
        fn.cache.delete("a")
        for i in range(2000):
            fn.cache.delete(i)
        numbers.gates[1].open()
        running.result()
        assert len(fn.cache) == 0
        assert fn("a") == fn("a") == 2

    def test_a_call_without_a_key_has_no_result(self):
        fn = gr.cache(lambda x: x)
        with pytest.warns(UserWarning, match="uncached"):
            assert fn.cache.delete(n for n in ()) is False


class TestRefresh:
    @EACH_KIND
    def test_runs_anew_and_keeps_the_result(self, kind, call):
        fn = cached(kind, Numbers())
        assert call(fn, "a") == 1
        assert one_of(call.wait_for(fn.cache.refresh("a"))) == 2
        assert call(fn, "a") == 2
        assert one_of(call.wait_for(fn.cache.refresh("b"))) == 3
        assert call(fn, "b") == 3

    @EACH_KIND
    def test_others_get_the_old_result_meanwhile(self, kind, call, pool):
        numbers = Numbers(2)
        fn = cached(kind, numbers)
        call(fn, "a")
        running = in_own_context(pool, lambda: call.wait_for(fn.cache.refresh("a")))
        numbers.gates[2].until_reached()
        assert call(fn, "a") == 1
        numbers.gates[2].open()
        assert one_of(running.result()) == call(fn, "a") == 2

    @EACH_KIND
    def test_a_run_that_began_before_does_not_replace_it(self, kind, call, pool):
        numbers = Numbers(1)
        fn = cached(kind, numbers)
        earlier = in_own_context(pool, call, fn, "a")
        numbers.gates[1].until_reached()
        assert one_of(call.wait_for(fn.cache.refresh("a"))) == 2
        numbers.gates[1].open()
        assert earlier.result() == 1
        assert call(fn, "a") == 2

    @EACH_KIND
    def test_a_renewal_that_began_before_does_not_replace_it(
        self, kind, call, clock, monkeypatch
    ):
        settled, numbers = Settled(monkeypatch), Numbers(2)
        fn = cached(kind, numbers, ttl=10, stale=20)
        call(fn, "a")
        clock.move(10)
        call(fn, "a")
        numbers.gates[2].until_reached()
        assert one_of(call.wait_for(fn.cache.refresh("a"))) == 3
        numbers.gates[2].open()
        settled.wait()
        assert call(fn, "a") == 3

    @EACH_KIND
    def test_of_two_the_one_that_began_later_stays(self, kind, call, pool):
        numbers = Numbers(1, 2)
        fn = cached(kind, numbers)
        first = in_own_context(pool, lambda: call.wait_for(fn.cache.refresh("a")))
        numbers.gates[1].until_reached()
        second = in_own_context(pool, lambda: call.wait_for(fn.cache.refresh("a")))
        numbers.gates[2].until_reached()
        numbers.gates[2].open()
        assert one_of(second.result()) == 2
        numbers.gates[1].open()
        assert one_of(first.result()) == 1
        assert call(fn, "a") == 2

    @EACH_KIND
    def test_what_is_deleted_meanwhile_is_not_kept(self, kind, call, pool):
        numbers = Numbers(2)
        fn = cached(kind, numbers)
        call(fn, "a")
        running = in_own_context(pool, lambda: call.wait_for(fn.cache.refresh("a")))
        numbers.gates[2].until_reached()
        assert call.wait_for(fn.cache.delete("a"))
        numbers.gates[2].open()
        assert one_of(running.result()) == 2
        assert len(fn.cache) == 0

    @EACH_KIND
    def test_an_error_is_raised_and_the_old_result_stays(self, kind, call):
        runs = itertools.count(1)

        def fails(_):
            if (run := next(runs)) == 2:
                raise ValueError("no")
            return run

        fn = cached(kind, fails)
        call(fn, "a")
        with pytest.raises(ValueError, match="no"):
            call.wait_for(fn.cache.refresh("a"))
        assert call(fn, "a") == 1

    @EACH_KIND
    def test_makes_a_result_fresh_again(self, kind, call, clock):
        fn = cached(kind, Numbers(), ttl=10)
        call(fn, "a")
        clock.move(9)
        call.wait_for(fn.cache.refresh("a"))
        clock.move(9)
        assert call(fn, "a") == 2

    def test_a_call_without_a_key_runs(self):
        fn = gr.cache(lambda x: list(x))
        with pytest.warns(UserWarning, match="uncached"):
            assert fn.cache.refresh(n for n in (1, 2)) == [1, 2]
