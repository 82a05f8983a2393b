"""How long an entry may be given, and who renews it."""

import os

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gradio.caching import ages, life
from gradio.caching.ages import Ages
from gradio.caching.life import Life, Lives
from support.clocks import Clock

LIMITS = Ages(10.0, 20.0, 30.0)


@pytest.mark.parametrize(
    ("age", "is_fresh", "may_be_given", "is_over"),
    [
        (0, True, True, False),
        (9.99, True, True, False),
        (10, False, True, False),
        (29.99, False, True, False),
        (30, False, False, False),
        (39.99, False, False, False),
        (40, False, False, True),
    ],
)
def test_fresh_then_stale_then_for_errors_then_over(
    clock, age, is_fresh, may_be_given, is_over
):
    of = Life(LIMITS, clock())
    clock.move(age)
    assert (of.is_fresh, of.may_be_given, of.is_over) == (
        is_fresh,
        may_be_given,
        is_over,
    )


@given(*[st.floats(0, 1e9)] * 4)
def test_what_is_fresh_may_be_given_and_what_may_be_given_is_not_over(
    ttl, stale, stale_if_error, age
):
    with pytest.MonkeyPatch.context() as patch:
        clock = Clock()
        patch.setattr(ages, "clock", clock)
        of = Life(Ages(ttl, stale, stale_if_error), clock())
        clock.move(age)
        assert of.is_fresh <= of.may_be_given <= (not of.is_over)


def test_nobody_renews_what_is_fresh_or_only_for_errors(clock):
    of = Life(LIMITS, clock())
    assert not of.claim()
    clock.move(30)
    assert not of.claim()


def test_one_at_a_time_renews(clock):
    of = Life(LIMITS, clock())
    clock.move(10)
    assert [of.claim() for _ in range(3)] == [True, False, False]
    of.release()
    assert [of.claim() for _ in range(2)] == [True, False]


def test_failures_make_pauses_that_grow_up_to_the_ttl(clock):
    of, pauses = Life(Ages(10.0, 1e6), clock()), []
    clock.move(10)
    for _ in range(8):
        assert of.claim()
        of.fail()
        failed = clock()
        while not of.claim():
            clock.move(0.5)
        of.release()
        pauses.append(clock() - failed)
    assert pauses == [1, 2, 4, 8, 10, 10, 10, 10]


def test_a_pause_is_a_second_also_if_the_ttl_is_shorter(clock):
    of = Life(Ages(0.0, 100.0), clock())
    assert of.claim()
    of.fail()
    clock.move(0.9)
    assert not of.claim()
    clock.move(0.2)
    assert of.claim()


def test_failures_leave_the_end_where_it_is(clock):
    of = Life(LIMITS, clock())
    clock.move(10)
    for _ in range(3):
        of.claim()
        of.fail()
    clock.move(20)
    assert not of.may_be_given
    clock.move(10)
    assert of.is_over


def test_in_a_forked_child_nobody_renews_yet(clock, monkeypatch):
    of = Life(LIMITS, clock())
    clock.move(10)
    assert of.claim()
    monkeypatch.setattr(life, "os", type("os", (), {"getpid": lambda: os.getpid() + 1}))
    assert of.claim()


def test_what_is_read_again_has_the_same_life(clock):
    lives = Lives()
    first, again, other = (Life(LIMITS, clock()) for _ in range(3))
    assert lives.of(b"key", b"run", first) is first
    clock.move(10)
    assert lives.of(b"key", b"run", again).claim()
    assert not lives.of(b"key", b"run", again).claim()
    assert lives.of(b"key", b"later", other) is other
    assert lives.of(b"another", b"run", again) is again


def test_the_lives_of_what_is_read_are_few(clock, monkeypatch):
    monkeypatch.setattr(life, "_MOST_LIVES", 2)
    lives = Lives()
    held = [lives.of(b"%d" % n, b"", Life(LIMITS, clock())) for n in range(3)]
    new = Life(LIMITS, clock())
    assert lives.of(b"2", b"", new) is held[2]
    assert lives.of(b"0", b"", new) is new
