import threading
from queue import Queue

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
    pool = Workers()
    for _ in range(3):
        thread_of(pool).join(DEADLINE)
        assert pool._running == 0


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
