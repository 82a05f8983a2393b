"""What encoders write to: the bytes of one value, hashed while they are written."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TypeAlias

from blake3 import blake3

from gradio.caching.forks import in_child
from gradio.caching.types.two_threads import mapped

Buffer: TypeAlias = "bytes | bytearray | memoryview"

LARGE = 1 << 16
"""
Bytes. A piece from this size on is written as its digest, which is made at once where
the piece is: after other content it would be hashed out of step with its blocks.
"""

HUGE = 1 << 20
"""Bytes. Pieces from this size on are hashed by as many threads as there are cores."""

WRITTEN = b"\x03"


class _Threads:
    for_huge = blake3.AUTO


def _use_one_thread() -> None:
    _Threads.for_huge = 1


# A forked process has none of the threads that it would wait for.
in_child(_use_one_thread)


def threads_for(size: int) -> int:
    """Says by how many threads a piece of so many bytes is hashed."""
    return _Threads.for_huge if size >= HUGE else 1


class KeyWriter:
    """
    Takes the content of one value. Not thread-safe: each value in a walk has a writer
    of its own.
    """

    __slots__ = ("_buffer", "is_large")

    def __init__(self, start: bytes = b"") -> None:
        self._buffer = bytearray(start)
        self.is_large = False
        """Whether a large piece was written."""

    def write(self, data: Buffer) -> None:
        """
        Writes a piece of content with its length in front, so that no two sequences of
        pieces look alike.
        """
        size = data.nbytes if isinstance(data, memoryview) else len(data)
        self._begin(size)
        self.feed(data, size)

    def write_all(self, pieces: Iterator[bytes]) -> None:
        """Writes many large pieces as `write` would one after the other, but sooner."""
        for size, code in mapped(_coded, pieces):
            self._begin(size)
            self._buffer += code
            self.is_large |= size >= LARGE

    def write_text(self, text: str) -> None:
        """Writes a text with its length in front; lone surrogates are kept."""
        self.write(text.encode("utf-8", "surrogatepass"))

    def feed(self, data: Buffer, size: int) -> None:
        """Writes a piece of so many bytes, whose length is written already."""
        if size < LARGE:
            self._buffer += data
        else:
            self._add_digest(blake3(data, max_threads=threads_for(size)))

    def feed_all(self, chunks: Iterable[Buffer], size: int) -> None:
        """Does the same for a piece in chunks, of which one is there at a time."""
        if size < LARGE:
            for chunk in chunks:
                self._buffer += chunk
            return
        hasher = blake3(max_threads=threads_for(size))
        for chunk in chunks:
            hasher.update(chunk)
        self._add_digest(hasher)

    def _begin(self, size: int) -> None:
        self._buffer += WRITTEN + size.to_bytes(8, "little")

    def _add_digest(self, hasher: blake3) -> None:
        self._buffer += hasher.digest()
        self.is_large = True

    def mark(self, code: bytes) -> None:
        """
        Appends a self-delimiting code. For the walk; encoders use `write`.
        """
        self._buffer += code

    def digest(self) -> bytes:
        """Makes the 32 bytes that stand for all that was written."""
        return blake3(self._buffer).digest()


def _coded(data: bytes) -> tuple[int, bytes]:
    """Returns the size of a piece, and what is written of it."""
    # Not by more threads: two do this already.
    return len(data), data if len(data) < LARGE else blake3(data).digest()
