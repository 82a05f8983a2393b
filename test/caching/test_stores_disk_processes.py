"""Several processes in one folder, and some that die in the middle of a write."""

from __future__ import annotations

import math
import multiprocessing
import os
import time
from multiprocessing.connection import Connection
from pathlib import Path

import pytest
from blake3 import blake3

from gradio.caching.stores.backing import Hit, Place
from gradio.caching.stores.disk import DiskStore
from gradio.caching.stores.disk_sweeper import HOUR, sweep

SHELF = "app.f-0123"
RECORDS = 50

pytestmark = [
    pytest.mark.skipif(not hasattr(os, "fork"), reason="starts processes by forking"),
    pytest.mark.filterwarnings("ignore:.*multi-threaded.*:DeprecationWarning"),
]


def write_on(folder: Path, numbers: range, cap: int, told: Connection) -> None:
    """Writes, clears and deletes; tells of each step, for ever if need be."""
    store = DiskStore(str(folder), max_size=cap)
    for i in numbers:
        place = Place(SHELF, (i % RECORDS).to_bytes(32, "big"))
        body = bytes([i % 256]) * (1 + i * 7919 % 200_000)
        sealed = blake3(body).digest() + body
        if i % 97 == 0:
            store.clear(place.shelf)
        if i % 13 == 0:
            store.delete(place)
        claim = store.look(place, ["v"]).claim
        store.put(place, {"m": [b"meta"], "v": [sealed[:32], body]}, claim, math.inf)
        told.send(i)


class Writer:
    """A process that writes into a folder."""

    def __init__(self, folder: Path, numbers: range, cap: int = 2**40) -> None:
        self.steps, told = multiprocessing.Pipe(duplex=False)
        context = multiprocessing.get_context("fork")
        arguments = folder, numbers, cap, told
        self.process = context.Process(target=write_on, args=arguments, daemon=True)
        self.process.start()
        told.close()

    def end(self) -> int | None:
        self.process.kill()
        self.process.join()
        return self.process.exitcode


def found_whole(folder: Path) -> int:
    """How many records are there; none of their parts may be torn."""
    store, found = DiskStore(str(folder)), 0
    for number in range(RECORDS):
        look = store.look(Place(SHELF, number.to_bytes(32, "big")), ["v"])
        if type(look) is Hit:
            found += 1
            value = bytes(look.parts.get("v", b""))
            assert not value or blake3(value[32:]).digest() == value[:32]
            assert bytes(look.parts["m"]).endswith(b"meta")
    return found


def test_kill_in_the_middle_of_a_thousand_writes(tmp_path):
    for seed in range(0, 1000, 100):
        writer = Writer(tmp_path, range(seed, 10**9))
        steps = [writer.steps.recv() for _ in range(100)]
        assert writer.end() == -9
        assert steps == list(range(seed, seed + 100))
        assert found_whole(tmp_path)
    sweep(str(tmp_path / "v1"), 2**40, time.time() + 2 * HOUR)
    assert not list(tmp_path.rglob("*.tmp"))
    assert found_whole(tmp_path)


@pytest.mark.parametrize("cap", [2**40, 2**21])
def test_several_processes_write_read_clear_and_sweep_at_once(tmp_path, cap):
    seeds = (0, 1000, 2000)
    writers = [Writer(tmp_path, range(seed, seed + 150), cap) for seed in seeds]
    try:
        while any(writer.process.is_alive() for writer in writers):
            found_whole(tmp_path)
    finally:
        codes = [writer.end() for writer in writers]
    assert codes == [0, 0, 0]
    assert found_whole(tmp_path) or cap < 2**40
    store = DiskStore(str(tmp_path))
    claim = store.look(Place(SHELF, b"ab" * 16), []).claim
    assert store.put(Place(SHELF, b"ab" * 16), {"m": [b"meta"]}, claim, math.inf)
