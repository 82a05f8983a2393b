"""Equal calls at the same time run once, in threads and in event loops."""

import threading

import pytest

import gradio as gr
from support.gates import Noticed, in_own_context


class TestThreads:
    def test_equal_calls_run_once(self, pool, gate):
        @gr.cache
        def fn(x):
            gate.wait()
            return [x]

        noticed = Noticed(fn)
        calls = [in_own_context(pool, fn, 1) for _ in range(8)]
        noticed.wait_for(7)
        gate.open()
        results = [c.result() for c in calls]
        assert results == [[1]] * 8
        assert len(set(map(id, results))) == 8
        assert gate.runs == 1

    def test_other_calls_do_not_wait(self, pool, gate):
        @gr.cache
        def fn(x):
            if x == 1:
                gate.wait()
            return x

        slow = pool.submit(fn, 1)
        gate.until_reached()
        assert fn(2) == 2
        gate.open()
        assert slow.result() == 1

    def test_followers_get_the_leader_s_error_each_its_own(self, pool, gate):
        error = ValueError("no")

        @gr.cache
        def fn():
            gate.wait()
            raise error

        noticed = Noticed(fn)
        calls = [in_own_context(pool, fn) for _ in range(4)]
        noticed.wait_for(3)
        gate.open()
        errors = [c.exception() for c in calls]
        assert [repr(e) for e in errors] == [repr(error)] * 4
        assert len(set(map(id, errors))) == 4
        assert sum(e is error for e in errors) == 1
        assert gate.runs == 1

    def test_what_can_not_be_copied_is_computed_for_each(self, pool, gate):
        @gr.cache
        def fn():
            gate.wait()
            return (n for n in [1])

        noticed = Noticed(fn)

        def shared():
            calls = [in_own_context(pool, fn) for _ in range(4)]
            noticed.wait_for(3)
            gate.open()
            return [c.result() for c in calls]

        with pytest.warns(UserWarning, match="can be copied"):
            results = shared()
        assert len(set(map(id, results))) == 4
        assert gate.runs == 4

    def test_the_same_call_inside_itself_runs_through(self):
        depths = []

        @gr.cache
        def fn(x):
            depths.append(x)
            return fn(x) if len(depths) < 3 else "bottom"

        assert fn(1) == "bottom"
        assert len(depths) == 3
        assert fn(1) == "bottom"
        assert len(depths) == 3

    def test_a_recursive_function_caches_its_steps(self):
        runs = []

        @gr.cache
        def fib(n):
            runs.append(n)
            return n if n < 2 else fib(n - 1) + fib(n - 2)

        assert fib(30) == 832040
        assert len(runs) == 31

    def test_calls_that_wait_for_each_other_do_not_wait_for_ever(self, pool):
        both_run = threading.Barrier(2, timeout=30)
        entered = threading.local()

        @gr.cache
        def fn(x):
            if not hasattr(entered, "once"):
                entered.once = True
                both_run.wait()
                return [x, *fn(1 - x)]
            return [x]

        calls = [in_own_context(pool, fn, x) for x in (0, 1)]
        assert [c.result(timeout=30)[0] for c in calls] == [0, 1]

    def test_a_call_over_a_clearing_is_not_joined_by_later_ones(self, pool, gate):
        answers = iter(["old", "new"])

        @gr.cache
        def fn():
            answer = next(answers)
            if answer == "old":
                gate.wait()
            return answer

        old = pool.submit(fn)
        gate.until_reached()
        fn.cache.clear()
        assert fn() == "new"
        gate.open()
        assert old.result() == "old"
        assert fn() == "new"
