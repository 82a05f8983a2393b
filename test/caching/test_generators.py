import threading

import pytest

import gradio as gr
from gradio.caching.decorator import engine_of
from support.gates import Noticed, in_own_context
from support.kinds import noting_end


class TestForOneCaller:
    """A generator that is called once at a time."""

    def test_no_yields_at_all(self):
        runs = []

        @gr.cache
        def empty():
            runs.append(1)
            yield from ()

        assert list(empty()) == list(empty()) == []
        assert runs == [1]

    def test_its_return_value_survives(self):
        @gr.cache
        def inner():
            yield 1
            return ["end"]

        def outer():
            yield (yield from inner())

        assert list(outer()) == list(outer()) == [1, ["end"]]

    def test_a_return_value_that_can_not_be_copied(self):
        made = []

        @gr.cache
        def inner():
            made.append(n for n in [1])
            yield 1
            return made[-1]

        def outer():
            yield (yield from inner())

        with pytest.warns(UserWarning, match="can be copied"):
            assert list(outer()) == [1, made[0]]
        assert list(outer()) == [1, made[1]]

    def test_yields_that_can_not_be_copied(self):
        @gr.cache
        def locks():
            for _ in range(3):
                yield threading.Lock()

        with pytest.warns(UserWarning, match="can be copied"):
            assert len(list(locks())) == 3
        assert len(list(locks())) == 3
        assert len(locks.cache) == 0

    def test_closed_early_it_is_closed_at_once_and_nothing_is_stored(self):
        log = []

        @gr.cache
        def fn():
            with noting_end(log):
                yield 1
                yield 2

        items = fn()
        next(items)
        items.close()
        assert log == ["closed"]
        assert len(fn.cache) == 0
        assert list(fn()) == [1, 2]
        assert len(fn.cache) == 1

    def test_one_that_is_never_started_runs_nothing(self):
        @gr.cache
        def fn():
            raise AssertionError
            yield

        fn().close()
        assert len(fn.cache) == 0

    def test_a_hit_may_be_closed_early_too(self):
        @gr.cache
        def fn():
            yield from range(3)

        list(fn())
        hit = fn()
        next(hit)
        hit.close()
        assert list(fn()) == [0, 1, 2]

    def test_each_chunk_of_bytes_is_replayed(self):
        chunks = [bytes([i]) * 100 for i in range(20)]

        @gr.cache
        def audio():
            yield from chunks

        assert list(audio()) == list(audio()) == chunks


class TestForSeveralCallers:
    """A generator that others come to while it runs."""

    def test_equal_calls_run_once_and_see_all(self, pool, gate):
        @gr.cache
        def fn():
            for i in range(5):
                if i == 2:
                    gate.wait()
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
            with noting_end(log):
                for i in range(4):
                    log.append(i)
                    yield i

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
            with noting_end(log):
                yield from range(4)

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

        still_open = fn()
        next(still_open)
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
