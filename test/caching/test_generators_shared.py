"""Generators that several callers consume at the same time."""

import threading

import pytest

import gradio as gr
from gradio.caching.wrapping import engine_of
from support.gates import Noticed, in_own_context
from support.kinds import noting_end


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
