"""How the body of a part is laid out: sizes, objects, aligned pieces of memory."""

from __future__ import annotations

from collections.abc import Sequence

from gradio.caching.errors import BrokenRecordError
from gradio.caching.types.key_writer import Buffer

ALIGNMENT = 64
"""Bytes. Processors read memory that begins at such places fastest."""

_SIZE = 8
_FRONT = 2 * _SIZE


def laid_out(objects: int, head: bytes, memory: Sequence[Buffer]) -> list[Buffer]:
    """Puts a body together from its objects, and pieces of memory as they are."""
    sizes = objects.to_bytes(_SIZE, "little") + len(head).to_bytes(_SIZE, "little")
    body: list[Buffer] = [sizes + head]
    place = len(body[0])
    for piece in memory:
        body += [bytes(-place % ALIGNMENT), piece]
        place += -place % ALIGNMENT + memoryview(piece).nbytes
    return body


def head_of(body: memoryview) -> tuple[int, memoryview]:
    """Finds the objects of a body, and says how many they are."""
    objects, size = (
        int.from_bytes(body[start : start + _SIZE], "little") for start in (0, _SIZE)
    )
    head = body[_FRONT : _FRONT + size]
    if len(body) < _FRONT or len(head) != size or objects > size:
        raise BrokenRecordError("sizes that are not those of what follows")
    return objects, head


def memory_of(body: memoryview, start: int, sizes: Sequence[int]) -> list[memoryview]:
    """Finds the pieces of memory that follow the objects of a body."""
    pieces = []
    place = start + _FRONT
    for size in sizes:
        if type(size) is not int or size < 0:
            raise BrokenRecordError("a size that is none")
        place += -place % ALIGNMENT
        pieces.append(body[place : place + size])
        place += size
    if place != len(body):
        raise BrokenRecordError("memory of another size")
    return pieces
