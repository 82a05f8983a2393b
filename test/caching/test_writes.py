import os
import threading

import pytest

from gradio.caching.writes import Writes


@pytest.fixture
def writes():
    return Writes(most_bytes=100)


def test_all_is_written_before_a_flush_ends(writes):
    written = []
    for number in range(50):
        assert writes.submit(1, lambda number=number: written.append(number))
    assert writes.flush()
    assert sorted(written) == list(range(50))


def test_what_is_too_much_to_wait_is_left_out(writes, gate, caplog):
    assert writes.submit(90, gate.wait)
    assert not writes.submit(20, gate.wait)
    assert not writes.submit(20, gate.wait)
    assert writes.submit(10, gate.wait)
    assert len(caplog.messages) == 1
    gate.open()
    assert writes.flush()
    assert writes.submit(20, gate.wait)


def test_one_that_is_larger_than_all_is_written_alone(writes):
    written = []
    assert writes.submit(1000, lambda: written.append(1))
    assert writes.flush()
    assert written == [1]


def test_a_flush_waits_no_longer_than_it_is_told(writes, gate):
    writes.submit(1, gate.wait)
    assert not writes.flush(0)
    gate.open()
    assert writes.flush()


def test_a_failure_is_logged_and_frees_its_room(writes, caplog):
    def fail():
        raise OSError("no")

    for _ in range(3):
        assert writes.submit(90, fail)
        assert writes.flush()
    assert len(caplog.messages) == 1


def test_without_a_thread_nothing_is_written(writes, monkeypatch):
    def fail(self):
        raise RuntimeError("can't start new thread")

    with monkeypatch.context() as patch:
        patch.setattr(threading.Thread, "start", fail)
        assert not writes.submit(90, print)
    assert writes.submit(90, lambda: None)
    assert writes.flush()


@pytest.mark.skipif(not hasattr(os, "fork"), reason="has no fork")
@pytest.mark.filterwarnings("ignore:.*multi-threaded.*:DeprecationWarning")
def test_a_forked_child_waits_for_nothing_of_its_parent_s(writes, gate):
    writes.submit(90, gate.wait)
    child = os.fork()
    if not child:
        os._exit(0 if writes.flush(5) and writes.submit(90, list) else 1)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
    gate.open()
    assert writes.flush()
