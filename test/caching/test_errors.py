import asyncio
import logging
import threading
import warnings

import pytest

from gradio.caching.errors import (
    OncePerSubject,
    fail_open,
    log_failure_once,
    warn_once,
)


def test_only_the_first_time_counts():
    once = OncePerSubject()
    assert [once.first("a"), once.first("a"), once.first("b")] == [True, False, True]


def test_remembers_a_bounded_number_and_forgets_the_oldest():
    once = OncePerSubject(limit=2)
    assert [once.first(s) for s in "abc"] == [True, True, True]
    assert not once.first("c")
    assert not once.first("b")
    assert once.first("a")


def test_exactly_one_of_many_threads_is_first():
    once, start, firsts = OncePerSubject(), threading.Barrier(16), []

    def ask():
        start.wait()
        firsts.append(once.first("a"))

    threads = [threading.Thread(target=ask) for _ in range(16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert firsts.count(True) == 1


def test_warns_once_per_subject():
    with warnings.catch_warnings(record=True) as seen:
        warnings.simplefilter("always")
        for _ in range(3):
            warn_once(("f", "x"), "mend x")
        warn_once(("f", "y"), "mend y")
    assert [str(w.message) for w in seen] == ["mend x", "mend y"]
    assert {w.category for w in seen} == {UserWarning}


def test_logs_once_per_place_and_kind_of_error(caplog):
    with caplog.at_level(logging.WARNING, "gradio.caching"):
        for _ in range(3):
            log_failure_once("sizing", ValueError("a"))
        log_failure_once("sizing", KeyError("b"))
        log_failure_once("copying", ValueError("c"))
    assert len(caplog.records) == 3
    assert "sizing" in caplog.records[0].getMessage()
    assert caplog.records[0].exc_info[1].args == ("a",)


def test_a_failure_is_logged_once_and_answered(caplog):
    @fail_open("instead")
    def fails(error):
        raise error

    @fail_open("instead")
    async def fails_later(error):
        raise error

    for _ in range(3):
        assert fails(ValueError("no")) == "instead"
        assert asyncio.run(fails_later(ValueError("no"))) == "instead"
    assert len(caplog.records) == 2


def test_what_works_is_passed_on():
    @fail_open("instead")
    def works(x):
        return x

    @fail_open("instead")
    async def works_later(x):
        return x

    assert works(1) == asyncio.run(works_later(1)) == 1


def test_a_cancellation_passes_through():
    @fail_open("instead")
    async def cancelled():
        raise asyncio.CancelledError

    with pytest.raises(asyncio.CancelledError):
        asyncio.run(cancelled())


def test_what_is_the_caller_s_passes_through(caplog):
    @fail_open("instead", but=(KeyError, TypeError))
    def fails(error):
        raise error

    with pytest.raises(KeyError):
        fails(KeyError("no"))
    assert not caplog.records
    assert fails(ValueError("no")) == "instead"
