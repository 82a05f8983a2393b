"""Equal calls at the same time, in event loops."""

import asyncio

import gradio as gr
from support.gates import Noticed, in_own_context, turns


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
