import threading
from queue import Empty, Queue, SimpleQueue

import pytest

from gradio.caching import workers
from gradio.caching.workers import Workers
from support.gates import DEADLINE, Gate


def test_work_is_done_by_few_threads_at_the_same_time():
    pool, gate, done = Workers(), Gate(), threading.Semaphore(0)
    names = set()

    def work():
        names.add(threading.current_thread().name)
        gate.wait()
        done.release()

    for _ in range(20):
        pool.submit(work)
    for _ in range(workers._MOST):
        gate.until_reached()
    assert gate.runs == workers._MOST
    gate.open()
    for _ in range(20):
        assert done.acquire(timeout=DEADLINE)


def thread_of(pool):
    """The thread that does a piece of work."""
    found = Queue()
    pool.submit(lambda: found.put(threading.current_thread()))
    return found.get(timeout=DEADLINE)


def test_threads_end_and_new_ones_begin():
    pool = Workers(linger=0)
    for _ in range(3):
        thread_of(pool).join(DEADLINE)
        assert (pool._running, pool._idle) == (0, 0)


class Noticing(SimpleQueue):
    """Tells when a thread has come to wait for work."""

    def __init__(self):
        self.came = threading.Semaphore(0)

    def get(self, timeout=None):
        self.came.release()
        return super().get(timeout=timeout)


def test_a_thread_that_has_nothing_to_do_takes_what_comes_next(monkeypatch):
    pool = Workers(linger=DEADLINE)
    pool._wake = Noticing()
    first = thread_of(pool)
    monkeypatch.setattr(threading.Thread, "start", None)
    for _ in range(3):
        assert pool._wake.came.acquire(timeout=DEADLINE)
        assert thread_of(pool) is first


def test_work_that_comes_when_a_thread_has_waited_enough_is_done():
    class Late(SimpleQueue):
        def get(self, timeout=None):
            if timeout is not None:
                reached.wait()
                raise Empty
            return super().get()

    pool, reached = Workers(), Gate()
    pool._wake = Late()
    first = thread_of(pool)
    reached.until_reached()
    found = Queue()
    pool.submit(lambda: found.put(threading.current_thread()))
    reached.open()
    assert found.get(timeout=DEADLINE) is first


def test_they_do_not_keep_the_process_alive():
    assert thread_of(Workers()).daemon


def test_work_for_which_there_is_no_thread_is_refused(monkeypatch):
    def no_thread(self):
        raise RuntimeError("can't start new thread")

    pool = Workers()
    with monkeypatch.context() as patch:
        patch.setattr(threading.Thread, "start", no_thread)
        with pytest.raises(RuntimeError, match="no thread"):
            pool.submit(print)
    assert (pool._running, list(pool._waiting)) == (0, [])


def test_in_a_forked_child_nothing_waits():
    pool, gate = Workers(), Gate()
    for _ in range(10):
        pool.submit(gate.wait)
    waiting = len(pool._waiting)
    pool._forget()
    assert waiting
    assert (pool._running, list(pool._waiting)) == (0, [])
    gate.open()
