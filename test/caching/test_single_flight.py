"""Equal calls at the same time run once, in threads and in event loops."""

import asyncio
import threading

import pytest

import gradio as gr
from support.gates import Noticed, in_own_context, turns


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

    def test_followers_get_the_leader_s_error(self, pool, gate):
        error = ValueError("no")

        @gr.cache
        def fn():
            gate.wait()
            raise error

        noticed = Noticed(fn)
        calls = [in_own_context(pool, fn) for _ in range(4)]
        noticed.wait_for(3)
        gate.open()
        assert [c.exception() for c in calls] == [error] * 4
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


class TestEventLoops:
    def test_equal_calls_run_once(self):
        runs = []

        async def main():
            go = asyncio.Event()

            @gr.cache
            async def fn(x):
                runs.append(x)
                await go.wait()
                return [x]

            calls = [asyncio.ensure_future(fn(1)) for _ in range(5)]
            await turns()
            go.set()
            return await asyncio.gather(*calls)

        results = asyncio.run(main())
        assert results == [[1]] * 5
        assert len(set(map(id, results))) == 5
        assert runs == [1]

    def test_equal_calls_in_several_loops_run_once(self, pool, gate):
        @gr.cache
        async def fn(x):
            await asyncio.to_thread(gate.wait)
            return [x]

        noticed = Noticed(fn)
        calls = [in_own_context(pool, lambda: asyncio.run(fn(1))) for _ in range(4)]
        noticed.wait_for(3)
        gate.open()
        assert [c.result() for c in calls] == [[1]] * 4
        assert gate.runs == 1

    def test_when_the_leader_is_cancelled_the_next_computes(self):
        runs = []

        async def main():
            go = asyncio.Event()

            @gr.cache
            async def fn():
                runs.append(1)
                await go.wait()
                return "done"

            leader, *followers = [asyncio.ensure_future(fn()) for _ in range(4)]
            await turns()
            leader.cancel()
            await turns()
            go.set()
            results = await asyncio.gather(leader, *followers, return_exceptions=True)
            assert isinstance(results[0], asyncio.CancelledError)
            return results[1:]

        assert asyncio.run(main()) == ["done"] * 3
        assert len(runs) == 2

    def test_a_follower_that_is_cancelled_stops_nobody(self):
        async def main():
            go = asyncio.Event()

            @gr.cache
            async def fn():
                await go.wait()
                return "done"

            leader, follower, other = [asyncio.ensure_future(fn()) for _ in range(3)]
            await turns()
            follower.cancel()
            await turns()
            go.set()
            return await asyncio.gather(leader, other)

        assert asyncio.run(main()) == ["done"] * 2

    def test_the_same_call_inside_itself_runs_through(self):
        depths = []

        @gr.cache
        async def fn(x):
            depths.append(x)
            return await fn(x) if len(depths) < 3 else "bottom"

        assert asyncio.run(fn(1)) == "bottom"
        assert len(depths) == 3

    def test_the_same_call_in_a_task_of_its_own_runs_through(self):
        depths = []

        @gr.cache
        async def fn(x):
            depths.append(x)
            if len(depths) < 3:
                return await asyncio.create_task(fn(x))
            return "bottom"

        async def main():
            return await asyncio.wait_for(fn(1), timeout=30)

        assert asyncio.run(main()) == "bottom"

    def test_a_plain_function_called_in_a_loop_does_not_wait_for_the_loop(self):
        """Its leader, in a thread, may need the loop to go on."""

        async def main():
            loop = asyncio.get_running_loop()
            reached = asyncio.Event()
            runs = []

            @gr.cache
            def fn():
                runs.append(1)
                if len(runs) == 1:
                    loop.call_soon_threadsafe(reached.set)
                    asyncio.run_coroutine_threadsafe(turns(), loop).result(timeout=30)
                return "done"

            slow = asyncio.ensure_future(asyncio.to_thread(fn))
            await reached.wait()
            assert fn() == "done"
            return await slow

        assert asyncio.run(main()) == "done"
