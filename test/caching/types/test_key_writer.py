"""How pieces of content come together."""

from __future__ import annotations

import multiprocessing
import sys

import pytest
from blake3 import blake3

from gradio.caching.hashing import digest
from gradio.caching.types import key_writer
from gradio.caching.types.key_writer import HUGE, LARGE, WRITTEN, KeyWriter


def some(size: int) -> bytes:
    return bytes(range(256)) * (size // 256) + bytes(size % 256)


@pytest.mark.parametrize("size", [0, 1, LARGE - 1, LARGE, HUGE, HUGE + 1])
@pytest.mark.parametrize("kind", [bytes, bytearray, memoryview])
def test_a_piece_is_written_with_its_length(size, kind):
    content = some(size)
    out = KeyWriter(b"tag")
    out.write(kind(content))
    out.write(b"end")
    written = b"tag" + WRITTEN + size.to_bytes(8, "little")
    written += content if size < LARGE else blake3(content).digest()
    written += WRITTEN + (3).to_bytes(8, "little") + b"end"
    assert out.digest() == blake3(written).digest()
    assert out.is_large == (size >= LARGE)


@pytest.mark.parametrize("size", [0, 1, LARGE - 1, LARGE, HUGE + 1])
def test_in_chunks_a_piece_is_the_same(size):
    content = some(size)
    out, other = KeyWriter(), KeyWriter()
    out.feed(content, size)
    other.feed_all((content[i : i + 1000] for i in range(0, size, 1000)), size)
    assert other.digest() == out.digest()
    assert other.is_large == out.is_large


@pytest.mark.parametrize("sizes", [[], [0], [LARGE, 5], [HUGE + 1, LARGE, LARGE] * 3])
def test_many_pieces_are_written_as_one_by_one(sizes):
    out, other = KeyWriter(b"tag"), KeyWriter(b"tag")
    for size in sizes:
        out.write(some(size))
    other.write_all(map(some, sizes))
    assert other.digest() == out.digest()
    assert other.is_large == out.is_large


@pytest.mark.skipif(sys.platform == "win32", reason="has no fork")
def test_a_forked_process_does_not_wait_for_threads_that_it_has_not(monkeypatch):
    monkeypatch.setattr(key_writer._Threads, "for_huge", blake3.AUTO)
    content = bytes(4 * HUGE)
    expected = digest(content)  # starts the threads here
    context = multiprocessing.get_context("fork")
    receiver, sender = context.Pipe(duplex=False)
    child = context.Process(target=lambda: sender.send(digest(content)), daemon=True)
    child.start()
    assert receiver.poll(60)
    assert receiver.recv() == expected
    child.join()
