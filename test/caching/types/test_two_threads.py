"""Pieces that two threads work on."""

from __future__ import annotations

import _thread
import threading

import pytest

from gradio.caching.types.two_threads import mapped


@pytest.fixture
def no_threads(monkeypatch):
    def fail(*_):
        raise RuntimeError("can't start new thread")

    monkeypatch.setattr(_thread, "start_new_thread", fail)


@pytest.mark.parametrize("count", [0, 1, 2, 1000])
def test_results_are_in_the_order_of_the_pieces(count):
    assert mapped(str, iter(range(count))) == [*map(str, range(count))]


@pytest.mark.usefixtures("no_threads")
def test_one_thread_does_it_alone():
    assert (
        mapped(lambda _: threading.get_ident(), iter("ab"))
        == [threading.get_ident()] * 2
    )


def test_both_threads_have_a_piece_at_a_time():
    both = threading.Barrier(2, timeout=60)

    def meet(_):
        both.wait()
        return threading.get_ident()

    found = mapped(meet, iter("ab"))
    assert len(set(found)) == 2
    assert threading.get_ident() in found


def test_pieces_are_made_by_one_thread_at_a_time():
    making = threading.Lock()

    def pieces():
        for number in range(2000):
            assert making.acquire(blocking=False)
            making.release()
            yield number

    assert mapped(lambda n: n, pieces()) == [*range(2000)]


def test_it_waits_for_the_last_piece_of_the_other():
    here, both, done = threading.get_ident(), threading.Barrier(2, timeout=60), []
    release = threading.Event()

    def work(_):
        both.wait()
        if threading.get_ident() == here:
            release.set()
        else:
            release.wait(60)
            done.append(True)

    mapped(work, iter("ab"))
    assert done == [True]


@pytest.mark.parametrize("fails_here", [True, False])
def test_an_error_of_either_is_raised(fails_here):
    here, both = threading.get_ident(), threading.Barrier(2, timeout=60)

    def work(_):
        both.wait()
        if (threading.get_ident() == here) is fails_here:
            raise ValueError("this one")

    with pytest.raises(ValueError, match="this one"):
        mapped(work, iter("ab"))


@pytest.mark.parametrize("sort", [ValueError, KeyboardInterrupt])
def test_an_error_in_making_pieces_ends_it(sort):
    def pieces():
        yield from range(5)
        raise sort

    with pytest.raises(sort):
        mapped(str, pieces())


@pytest.mark.usefixtures("no_threads")
def test_after_an_error_no_more_pieces_are_made():
    pieces = iter("abc")
    with pytest.raises(ValueError, match="a"):
        mapped(int, pieces)
    assert [*pieces] == ["b", "c"]
