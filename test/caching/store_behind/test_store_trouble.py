"""A store in trouble is no trouble of the app: it goes on, and says so once."""

from __future__ import annotations

import errno
import logging
import os
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

import gradio as gr
from gradio.caching.writes import WRITES
from support.ageing import EACH_KIND, cached
from support.restarts import Runs

RUNS = Runs()


@pytest.fixture(autouse=True)
def _none_yet(caplog):
    RUNS.clear()
    caplog.set_level(logging.WARNING, logger="gradio.caching")


def told_besides_the_folder(caplog):
    kept, *others = caplog.messages
    assert kept.startswith("Results are kept in ")
    return others


def shout(text):
    RUNS.append(text)
    return text.upper()


def failing(number):
    def fail(*args, **kwargs):
        raise OSError(number, os.strerror(number))

    return fail


@EACH_KIND
@pytest.mark.parametrize(
    ("call", "number"),
    [
        ("replace", errno.ENOSPC),
        ("replace", errno.EROFS),
        ("mkdir", errno.EACCES),
        ("open", errno.EIO),
    ],
)
def test_a_disk_that_fails_is_told_once(
    kind, call, number, tmp_path, monkeypatch, caplog, callers
):
    with monkeypatch.context() as patch:
        patch.setattr(os, call, failing(number))
        fn = cached(kind, shout, store=tmp_path / "cache")
        for text in "aabbcc":
            assert callers(fn, text) == text.upper()
        WRITES.flush()
        fn.cache.clear()
        WRITES.flush()
        assert callers(fn, "a") == "A"
        WRITES.flush()
    assert RUNS == ["a", "b", "c", "a"]
    assert len(told_besides_the_folder(caplog)) == 1


def test_a_folder_that_is_a_file(tmp_path, caplog):
    (tmp_path / "cache").write_text("a file")
    fn = gr.cache(shout, store=tmp_path / "cache")
    for text in "aab":
        assert fn(text) == text.upper()
    WRITES.flush()
    assert RUNS == ["a", "b"]
    assert len(told_besides_the_folder(caplog)) == 1


def test_a_result_that_is_too_large_stays_in_memory(tmp_path, restart):
    store = f"disk://{tmp_path}/cache?max_entry=1kb"
    for _ in range(2):
        fn = gr.cache(lambda: RUNS.append(1) or b"x" * 5000, store=store)
        assert fn() == fn() == b"x" * 5000
        restart()
    assert RUNS == [1, 1]


def test_many_threads_and_a_sweep_now_and_then(tmp_path, restart):
    store = f"disk://{tmp_path}/cache?max_size=200kb"

    def many(x):
        return bytes([x % 256]) * 3000

    for _ in range(2):
        fn = gr.cache(many, store=store, max_size=5)
        with ThreadPoolExecutor(8) as pool:
            for x, result in enumerate(pool.map(fn, range(200))):
                assert result == bytes([x % 256]) * 3000
        restart()
    size = sum(p.stat().st_size for p in tmp_path.rglob("*") if p.is_file())
    assert size < 400 * 2**10


def test_who_waits_for_a_leader_does_not_ask_the_store(tmp_path, gate):
    asked = []

    def slow(x):
        gate.wait()
        return x

    fn = gr.cache(slow, store=tmp_path, version="1")
    shelf = fn.cache._cache.shelf
    look = shelf.look
    shelf.look = lambda key, *rest: asked.append(key) or look(key, *rest)
    with ThreadPoolExecutor(8) as pool:
        results = [pool.submit(fn, 1) for _ in range(8)]
        gate.until_reached()
        gate.open()
        assert [result.result() for result in results] == [1] * 8
    assert gate.runs == 1
    assert len(asked) == 1


def test_an_error_is_not_kept(tmp_path, restart):
    def fail(x):
        RUNS.append(x)
        raise ValueError(x)

    for _ in range(2):
        with pytest.raises(ValueError, match="a"):
            gr.cache(fail, store=tmp_path)("a")
        restart()
    assert RUNS == ["a", "a"]
    assert not list(tmp_path.rglob("*.m"))


def test_no_thread_of_a_store_keeps_the_process_alive(tmp_path):
    gr.cache(shout, store=tmp_path)("a")
    WRITES.flush()
    ours = [t for t in threading.enumerate() if t.name == "gr.cache"]
    assert all(thread.daemon for thread in ours)


FILLING = """
import logging, resource, sys
import gradio as gr
from gradio.caching.writes import WRITES

logging.basicConfig(stream=sys.stdout, format="%(message)s")
runs = []

def make(size):
    runs.append(size)
    return b"x" * size

if limit := int(sys.argv[2]):
    resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))
cached = gr.cache(make, store=sys.argv[1], max_size=1, version="1")
for size in (100, 2_000_000, 2_000_000, 200, 100, 200, 2_000_000):
    assert cached(size) == b"x" * size
    assert WRITES.flush()
print(runs)
"""


def filled(folder, limit=0):
    """What a process tells that has more to keep than there is room for."""
    command = [sys.executable, "-c", FILLING, str(folder), str(limit)]
    told = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    _, *lines, runs = told.splitlines()
    assert len(lines) == 1
    assert "The app goes on" in lines[0]
    assert not list(folder.rglob("*.tmp"))
    return runs


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such limits")
def test_a_file_that_may_not_grow_so_large(tmp_path):
    runs = filled(tmp_path, 500_000)
    assert runs.startswith("[100, 2000000, ")
    # What was kept before is found, and another process keeps what fits.
    assert filled(tmp_path, 500_000).startswith("[2000000, ")


@pytest.mark.skipif(os.name == "nt" or os.geteuid() != 0, reason="asks for root")
def test_a_disk_that_is_really_full(tmp_path):
    size = ["-t", "tmpfs", "-o", "size=1m", "tmpfs", str(tmp_path)]
    if subprocess.run(["mount", *size], check=False, capture_output=True).returncode:
        pytest.skip("may not mount")
    try:
        assert filled(tmp_path / "cache").startswith("[100, 2000000, ")
        assert filled(tmp_path / "cache").startswith("[2000000, ")
    finally:
        subprocess.run(["umount", str(tmp_path)], check=True)
