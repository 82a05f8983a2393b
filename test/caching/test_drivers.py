import asyncio
import contextvars
import inspect
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

import gradio as gr
from gradio.caching.decorator import engine_of
from gradio.caching.inflight.flights import Flights
from gradio.caching.inflight.stream_table import StreamTable


@pytest.fixture
def pool():
    with ThreadPoolExecutor(16) as pool:
        yield pool


class Noticed:
    """Tells when callers have come to wait for what is under way."""

    def __init__(self, fn):
        self._came = threading.Semaphore(0)
        cache = engine_of(fn).cache
        cache.flights = _noticing(Flights(), "join", lambda got: not got[1], self._came)
        cache.streams = _noticing(
            StreamTable(), "join", lambda got: not got[1], self._came
        )

    def wait_for(self, followers):
        for _ in range(followers):
            assert self._came.acquire(timeout=30)


def _noticing(table, method, follows, came):
    real = getattr(table, method)

    def noticing(*args):
        got = real(*args)
        if follows(got):
            came.release()
        return got

    setattr(table, method, noticing)
    return table


class Gate:
    """Holds a function up until it is opened; counts how often it was passed."""

    def __init__(self):
        self.runs = 0
        self.reached = threading.Event()
        self._open = threading.Event()

    def pass_through(self):
        self.runs += 1
        self.reached.set()
        assert self._open.wait(timeout=30)

    def open(self):
        self._open.set()


@pytest.fixture
def gate():
    gate = Gate()
    yield gate
    gate.open()


def in_own_context(pool, call, *args):
    return pool.submit(contextvars.Context().run, call, *args)


class TestThreads:
    def test_equal_calls_run_once(self, pool, gate):
        @gr.cache
        def fn(x):
            gate.pass_through()
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
                gate.pass_through()
            return x

        slow = pool.submit(fn, 1)
        gate.reached.wait()
        assert fn(2) == 2
        gate.open()
        assert slow.result() == 1

    def test_followers_get_the_leader_s_error(self, pool, gate):
        error = ValueError("no")

        @gr.cache
        def fn():
            gate.pass_through()
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
            gate.pass_through()
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
                gate.pass_through()
            return answer

        old = pool.submit(fn)
        gate.reached.wait()
        fn.cache.clear()
        assert fn() == "new"
        gate.open()
        assert old.result() == "old"
        assert fn() == "new"


async def _all(items):
    return [item async for item in items]


async def turns(n=10):
    for _ in range(n):
        await asyncio.sleep(0)


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
            await asyncio.to_thread(gate.pass_through)
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


class TestGenerators:
    def test_equal_calls_run_once_and_see_all(self, pool, gate):
        @gr.cache
        def fn():
            for i in range(5):
                if i == 2:
                    gate.pass_through()
                yield [i]

        noticed = Noticed(fn)
        calls = [in_own_context(pool, lambda: list(fn())) for _ in range(6)]
        noticed.wait_for(5)
        gate.open()
        assert [c.result() for c in calls] == [[[i] for i in range(5)]] * 6
        assert gate.runs == 1
        assert len(fn.cache) == 1

    def test_a_follower_sees_what_was_yielded_then_the_rest_live(self):
        @gr.cache
        def fn():
            yield from range(4)
            return "end"

        leader, follower = fn(), fn()
        assert [next(leader), next(leader)] == [0, 1]
        assert [next(follower) for _ in range(3)] == [0, 1, 2]
        assert list(leader) == [2, 3]
        assert list(follower) == [3]

    def test_when_the_leader_leaves_the_others_go_on(self):
        log = []

        @gr.cache
        def fn():
            try:
                for i in range(4):
                    log.append(i)
                    yield i
            finally:
                log.append("closed")

        leader, follower = fn(), fn()
        assert [next(leader), next(follower)] == [0, 0]
        leader.close()
        assert log == [0]
        assert list(follower) == [1, 2, 3]
        assert log == [0, 1, 2, 3, "closed"]
        assert len(fn.cache) == 1

    def test_when_the_last_leaves_it_is_closed_and_not_stored(self):
        log = []

        @gr.cache
        def fn():
            try:
                yield from range(4)
            finally:
                log.append("closed")

        leader, follower = fn(), fn()
        next(leader), next(follower)
        leader.close()
        follower.close()
        assert log == ["closed"]
        assert len(fn.cache) == 0

    def test_followers_get_the_error_where_it_happened(self):
        runs = []

        @gr.cache
        def fn():
            runs.append(1)
            yield 1
            raise ValueError("no")

        leader, follower = fn(), fn()
        assert [next(leader), next(follower)] == [1, 1]
        for consumer in (leader, follower):
            with pytest.raises(ValueError, match="no"):
                next(consumer)
        assert runs == [1]

    def test_after_an_error_the_next_starts_anew(self):
        runs = []

        @gr.cache
        def fn():
            runs.append(1)
            yield 1
            raise ValueError("no")

        still_riding = fn()
        next(still_riding)
        failed = fn()
        next(failed)
        with pytest.raises(ValueError, match="no"):
            next(failed)
        assert next(fn()) == 1
        assert len(runs) == 2

    def test_what_can_not_be_copied_is_made_for_each(self):
        @gr.cache
        def fn():
            yield 0
            yield threading.Lock()
            yield 2

        leader, follower = fn(), fn()
        with pytest.warns(UserWarning, match="can be copied"):
            led = list(leader)
        assert next(follower) == 0
        followed = [0, *follower]
        assert [led[0], led[2]] == [followed[0], followed[2]] == [0, 2]
        assert led[1] is not followed[1]

    def test_inside_itself_it_runs_through(self):
        depths = []

        @gr.cache
        def fn():
            depths.append(1)
            if len(depths) < 3:
                yield from fn()
            yield len(depths)

        assert list(fn()) == [3, 3, 3]

    def test_it_is_stored_before_it_counts_as_ended(self):
        """Else one who comes between the two would run it again."""
        runs = []

        @gr.cache
        def fn():
            runs.append(1)
            yield 1

        came_between = []
        cache = engine_of(fn).cache
        real = cache.store.put

        def put(*args):
            kept = real(*args)
            came_between.append(next(iter(cache.streams._streams.values())).done)
            return kept

        cache.store.put = put
        list(fn())
        assert came_between == [False]

    def test_who_joins_after_it_was_stored_is_served_from_the_store(self):
        """The first to join a stream may find an entry; the others as well."""
        runs = []

        @gr.cache
        def fn():
            runs.append(1)
            yield 1
            yield 2

        list(fn())
        cache = engine_of(fn).cache
        entry = cache.store.entries()[0]
        cache.store.get = _answering("miss", entry, "miss", entry)
        first = fn()
        assert next(first) == 1
        second = fn()
        assert [*second, *first] == [1, 2, 2]
        assert runs == [1]


def _answering(*answers):
    from gradio.caching.entry import MISS

    left = iter(answers)

    def get(*_):
        answer = next(left)
        return MISS if answer == "miss" else answer

    return get


class TestAsyncGenerators:
    def test_equal_calls_run_once_and_see_all(self):
        runs = []

        @gr.cache
        async def fn():
            runs.append(1)
            for i in range(3):
                await asyncio.sleep(0)
                yield [i]

        async def main():
            return await asyncio.gather(*(_all(fn()) for _ in range(5)))

        assert asyncio.run(main()) == [[[0], [1], [2]]] * 5
        assert runs == [1]

    def test_when_the_leader_is_cancelled_the_others_go_on(self):
        runs = []

        async def main():
            go = asyncio.Event()

            @gr.cache
            async def fn():
                runs.append(1)
                yield 1
                await go.wait()
                yield 2

            leader, follower = [asyncio.ensure_future(_all(fn())) for _ in range(2)]
            await turns()
            leader.cancel()
            await turns()
            go.set()
            return await follower

        assert asyncio.run(main()) == [1, 2]
        assert runs == [1]

    def test_when_the_last_leaves_it_is_closed_and_not_stored(self):
        log = []

        @gr.cache
        async def fn():
            try:
                yield 1
                await asyncio.Event().wait()
            finally:
                log.append("closed")

        async def main():
            consumers = [asyncio.ensure_future(_all(fn())) for _ in range(2)]
            await turns()
            for consumer in consumers:
                consumer.cancel()
            await asyncio.wait(consumers)
            assert log == ["closed"]

        asyncio.run(main())
        assert len(fn.cache) == 0

    def test_inside_itself_it_runs_through_and_is_closed_at_once(self):
        log = []

        @gr.cache
        async def fn():
            log.append("in")
            try:
                if log.count("in") < 3:
                    async for item in fn():
                        yield item
                yield len(log)
                yield 0
            finally:
                log.append("out")

        async def main():
            items = fn()
            assert await anext(items) == 3
            await items.aclose()

        asyncio.run(main())
        assert log.count("out") >= 1

    def test_each_loop_may_run_it(self, pool):
        @gr.cache
        async def fn():
            for i in range(3):
                await asyncio.sleep(0)
                yield i

        def consume():
            return asyncio.run(_all(fn()))

        assert [c.result() for c in [pool.submit(consume) for _ in range(4)]] == [
            [0, 1, 2]
        ] * 4

    def test_what_can_not_be_copied_is_made_for_each(self):
        @gr.cache
        async def fn():
            yield 0
            yield threading.Lock()
            yield 2

        async def main():
            return await asyncio.gather(_all(fn()), _all(fn()))

        with pytest.warns(UserWarning, match="can be copied"):
            one, other = asyncio.run(main())
        assert [one[0], one[2]] == [other[0], other[2]] == [0, 2]
        assert one[1] is not other[1]


def fails_to_be_copied_at(count):
    """A class whose copies fail from the `count`-th on."""

    class Fragile:
        copies = 0

        def __deepcopy__(self, memo):
            type(self).copies += 1
            if self.copies >= count:
                raise ZeroDivisionError
            return self

    return Fragile


@pytest.mark.filterwarnings("ignore:The result of")
class TestBrokenCopies:
    """A copy that worked when a result was stored fails when it is needed."""

    @pytest.mark.parametrize("count", range(1, 8))
    def test_of_a_result(self, count):
        fragile = fails_to_be_copied_at(count)

        @gr.cache
        def fn():
            return [fragile()]

        assert [isinstance(fn()[0], fragile) for _ in range(3)] == [True] * 3

    @pytest.mark.parametrize("count", range(1, 8))
    @pytest.mark.parametrize("kind", ["yields", "returns"])
    def test_of_what_a_generator_gives(self, kind, count):
        fragile = fails_to_be_copied_at(count)

        @gr.cache
        def inner():
            yield 1
            yield fragile() if kind == "yields" else 2
            return fragile()

        def outer():
            yield (yield from inner())

        for _ in range(3):
            items = list(outer())
            assert items[0] == 1
            assert len(items) == 3
            assert isinstance(items[2], fragile)

    @pytest.mark.parametrize("count", range(1, 6))
    def test_of_what_an_async_generator_gives(self, count):
        fragile = fails_to_be_copied_at(count)

        @gr.cache
        async def fn():
            yield 1
            yield fragile()
            yield 3

        async def main():
            return await asyncio.gather(_all(fn()), _all(fn()), _all(fn()))

        for items in [*asyncio.run(main()), *asyncio.run(main())]:
            assert [items[0], items[2]] == [1, 3]
            assert isinstance(items[1], fragile)


class InternalError(Exception):
    pass


def broken(*_):
    raise InternalError


def outcome(fn):
    if inspect.iscoroutinefunction(fn):
        return asyncio.run(fn([1]))
    if inspect.isasyncgenfunction(fn):
        return asyncio.run(_all(fn([1])))
    result = fn([1])
    return list(result) if inspect.isgenerator(result) else result


def plain(x):
    return [*x, 2]


async def later(x):
    return [*x, 2]


def generator(x):
    yield from [*x, 2]


async def generator_later(x):
    for item in [*x, 2]:
        yield item


@pytest.mark.parametrize("fn", [plain, later, generator, generator_later])
@pytest.mark.parametrize(
    "part",
    [
        "calls.call_keys.digest",
        "engine.snapshot",
        "engine.size_of",
        "engine.files_of_result",
        "stores.memory.MemoryStore.get",
        "stores.memory.MemoryStore.put",
    ],
)
def test_a_failure_inside_never_breaks_the_call_and_is_logged_once(
    fn, part, monkeypatch, caplog
):
    cached = gr.cache(fn)
    cached.cache.clear()
    monkeypatch.setattr(f"gradio.caching.{part}", broken)
    assert [outcome(cached) for _ in range(3)] == [[1, 2]] * 3
    logged = [r for r in caplog.records if r.name == "gradio.caching"]
    assert len(logged) == 1
