"""The leases that a process holds, and how they end."""

from __future__ import annotations

import gc
import os
import threading
from contextlib import suppress

import pytest

from gradio.caching import leases as leases_module
from gradio.caching.candidate import Candidate
from gradio.caching.leases import HeldLeases, write_led
from gradio.caching.stores.backing import LEASE, Absent, Busy, Lead, Place
from gradio.caching.writes import WRITES
from support.gates import DEADLINE
from support.replicas import Processes, Replica

PLACE = Place("shelf", b"key")
RECORD = {"m": [b"meta"]}


@pytest.fixture
def server(monkeypatch):
    return Processes(monkeypatch).server


@pytest.fixture(autouse=True)
def held(monkeypatch):
    """The leases of this process, which a test renews."""
    mine = HeldLeases()
    monkeypatch.setattr(mine, "_run", lambda: None)
    monkeypatch.setattr("gradio.caching.candidate.HELD", mine)
    monkeypatch.setattr(leases_module, "HELD", mine)
    return mine


@pytest.fixture
def mine(server):
    return Replica(server)


@pytest.fixture
def theirs(server):
    return Replica(server)


def leading(backing):
    candidate = Candidate(backing, PLACE)
    candidate.note(backing.look(PLACE, (), candidate.token()))
    assert candidate.leads
    return candidate


def answer(backing):
    assert WRITES.flush()
    return backing.look(PLACE, (), b"another")


def test_a_lease_lasts_as_long_as_it_is_renewed(server, held, mine, theirs):
    with leading(mine):
        for _ in range(5):
            server.move(LEASE - 1)
            assert isinstance(answer(theirs), Busy)
            assert held.renew()
    assert isinstance(answer(theirs), Lead)
    assert not held.renew()


def test_it_ends_by_itself_when_its_process_does(server, held, mine, theirs):
    with leading(mine):
        server.move(LEASE + 1)
        found = answer(theirs)
        assert isinstance(found, Lead)
        held.renew()
        assert held.find(mine, PLACE) is None
    WRITES.flush()
    assert server.leases[PLACE].token == found.claim.token


def test_what_nobody_holds_any_more_is_not_renewed(held, mine):
    candidate = leading(mine)
    assert held.renew()
    del candidate
    gc.collect()
    assert not held.renew()


def test_the_last_one_to_let_go_gives_it_up(mine, theirs):
    event = leading(mine)
    run = Candidate(mine, PLACE)
    with run:
        assert run.adopt()
        assert run.claim == event.claim
    assert isinstance(answer(theirs), Busy)
    event.withdraw()
    event.withdraw()
    assert isinstance(answer(theirs), Lead)


def test_all_may_run_once_the_function_has_failed(server, mine, theirs):
    event = leading(mine)
    with suppress(ValueError), Candidate(mine, PLACE) as run:
        run.adopt()
        run.begin()
        raise ValueError("no")
    for _ in range(3):
        assert isinstance(answer(theirs), Absent)
    event.withdraw()
    server.move(2)
    assert isinstance(answer(theirs), Lead)


def test_the_next_one_leads_when_a_run_was_cancelled(mine, theirs):
    with suppress(KeyboardInterrupt), leading(mine) as run:
        run.begin()
        raise KeyboardInterrupt
    assert isinstance(answer(theirs), Lead)
    assert isinstance(answer(theirs), Busy)


@pytest.mark.parametrize("is_put", [True, False])
def test_what_can_t_be_put_is_left_to_all(held, mine, theirs, is_put):
    def write():
        if is_put:
            assert mine.put(PLACE, RECORD, claim, 10)
            held.end(mine, PLACE, claim)

    with leading(mine) as run:
        claim = run.claim
        run.begin()
        write_led(held.hold(mine, PLACE, claim), 1, write)
    assert isinstance(answer(theirs), Absent) is not is_put
    assert theirs.server.count("free") == (not is_put)


def test_there_may_be_no_room_to_write_it(held, mine, theirs, monkeypatch):
    with leading(mine) as run:
        run.begin()
        with monkeypatch.context() as patch:
            patch.setattr(WRITES, "submit", lambda *args: False)
            write_led(held.hold(mine, PLACE, run.claim), 1, lambda: None)
    assert isinstance(answer(theirs), Absent)


def test_a_candidate_that_has_left_keeps_nothing(held, mine, theirs):
    candidate = Candidate(mine, PLACE)
    token = candidate.token()
    candidate.withdraw()
    candidate.note(mine.look(PLACE, (), token))  # by a thread that went on
    assert not candidate.leads
    assert isinstance(answer(theirs), Lead)


def test_a_process_never_waits_for_itself(mine):
    with leading(mine):
        other = Candidate(mine, PLACE)
        assert other.token() == b""
        other.note(mine.look(PLACE, (), other.token()))
        assert other.leads
        assert not other.is_busy


def test_what_is_forgotten_is_given_up(held, mine, theirs):
    for key in (PLACE.key, None):
        with leading(mine):
            held.forget(theirs, PLACE.shelf, key)
            held.forget(mine, "another", key)
            assert held.find(mine, PLACE)
            held.forget(mine, PLACE.shelf, key)
            assert held.find(mine, PLACE) is None
            found = answer(theirs)
            assert isinstance(found, Lead)
        theirs.free(PLACE, found.claim.token)


def test_a_lease_may_be_taken_though_there_is_a_record(mine, theirs):
    with leading(mine) as run:
        mine.put(PLACE, RECORD, run.claim, 10)
    candidate, other = Candidate(mine, PLACE), Candidate(theirs, PLACE)
    candidate.note(mine.look(PLACE, (), candidate.token()))
    assert candidate.should_take
    assert candidate.take() == candidate.claim
    assert not candidate.should_take
    other.take()
    assert other.is_busy
    candidate.withdraw()


def test_a_store_that_fails_renews_nothing_and_harms_nothing(held, mine, caplog):
    def fail(*args):
        raise RuntimeError("away")

    with leading(mine):
        mine.renew = fail
        assert held.renew()
    assert "renewing a lease" in caplog.text


def test_an_idle_lease_is_noticed_after_a_moment(server, held, mine):
    with leading(mine) as run:
        assert not held.are_idle
        server.move(2)
        assert held.are_idle
        run.begin()
        assert not held.are_idle


def test_the_thread_that_renews_ends_when_nothing_is_held(mine, monkeypatch):
    held = HeldLeases(interval=0.001)
    monkeypatch.setattr("gradio.caching.candidate.HELD", held)
    run = leading(mine)
    mine.server.until(lambda: mine.server.count("renew") > 2)
    run.withdraw()
    threads = [t for t in threading.enumerate() if t.name == "gr.cache renews"]
    for thread in threads:
        thread.join(DEADLINE)
    assert WRITES.flush()
    before = mine.server.count("renew")
    with leading(mine):
        mine.server.until(lambda: mine.server.count("renew") > before)


def test_a_forked_child_holds_nothing(server, held, mine, monkeypatch):
    with leading(mine) as run:
        lease = held.find(mine, PLACE)
        with monkeypatch.context() as patch:
            patch.setattr(os, "getpid", lambda: -1)
            assert held.find(mine, PLACE) is None
            assert not lease.hold()
            lease.give_up()
        held._stop()
        assert held.find(mine, PLACE) is None
        run.begin()
    assert WRITES.flush()
    assert server.count("free") == 0


def test_what_will_not_begin_any_more_is_given_up(held, mine, theirs):
    is_open = True
    event = leading(mine).pass_on(lambda: is_open)
    held.renew()
    assert isinstance(answer(theirs), Busy)
    is_open = False
    held.renew()
    assert isinstance(answer(theirs), Lead)
    event.withdraw()
