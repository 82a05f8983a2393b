"""What encoders write to: the bytes of one value, hashed while they are written."""

from __future__ import annotations

from typing import TypeAlias

from blake3 import blake3

from gradio.caching.forks import in_child

Buffer: TypeAlias = "bytes | bytearray | memoryview"

LARGE = 1 << 16
"""
Bytes. Larger pieces go to the hasher as they are; smaller ones are gathered first.
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

    __slots__ = ("_buffer", "_hasher")

    def __init__(self, start: bytes = b"") -> None:
        self._buffer = bytearray(start)
        self._hasher = None

    def write(self, data: Buffer) -> None:
        """
        Writes a piece of content with its length in front, so that no two sequences of
        pieces look alike.
        """
        size = data.nbytes if isinstance(data, memoryview) else len(data)
        self._buffer += WRITTEN + size.to_bytes(8, "little")
        self.feed(data)

    def write_text(self, text: str) -> None:
        """Writes a text with its length in front; lone surrogates are kept."""
        self.write(text.encode("utf-8", "surrogatepass"))

    def feed(self, data: Buffer) -> None:
        """Goes on with a piece whose length the caller has already written."""
        size = data.nbytes if isinstance(data, memoryview) else len(data)
        if size < LARGE:
            self._buffer += data
            return
        if self._hasher is None:
            self._hasher = blake3(max_threads=threads_for(size))
        self._hasher.update(self._buffer)
        self._buffer.clear()
        self._hasher.update(data)

    def mark(self, code: bytes) -> None:
        """
        Appends a self-delimiting code. For the walk; encoders use `write`.
        """
        self._buffer += code

    @property
    def is_large(self) -> bool:
        """Whether a large piece was written."""
        return self._hasher is not None

    def digest(self) -> bytes:
        """Makes the 32 bytes that stand for all that was written."""
        if self._hasher is None:
            return blake3(self._buffer).digest()
        self._hasher.update(self._buffer)
        self._buffer.clear()
        return self._hasher.digest()
