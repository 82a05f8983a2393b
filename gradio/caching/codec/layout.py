"""How the body of a part is laid out: sizes, objects, aligned pieces of memory."""

from __future__ import annotations

import struct
from collections.abc import Sequence

from gradio.caching.errors import BrokenRecordError
from gradio.caching.types.key_writer import Buffer

ALIGNMENT = 64
"""Bytes. Processors read memory that begins at such places fastest."""

_SIZES = struct.Struct("<QQ")
FRONT = _SIZES.size
"""Bytes before the objects."""


def laid_out(objects: int, head: bytes, memory: Sequence[Buffer]) -> list[Buffer]:
    """Puts a body together from its objects, and pieces of memory as they are."""
    body: list[Buffer] = [_SIZES.pack(objects, len(head)) + head]
    place = len(body[0])
    for piece in memory:
        body += [bytes(-place % ALIGNMENT), piece]
        place += -place % ALIGNMENT + memoryview(piece).nbytes
    return body


def head_of(body: memoryview) -> tuple[int, memoryview]:
    """Finds the objects of a body, and says how many they are."""
    objects, size = _SIZES.unpack_from(body) if len(body) >= FRONT else (0, -1)
    head = body[FRONT : FRONT + size]
    if len(head) != size or objects > size:
        raise BrokenRecordError("sizes that are not those of what follows")
    return objects, head


def memory_of(body: memoryview, start: int, sizes: Sequence[int]) -> list[memoryview]:
    """Finds the pieces of memory that follow the objects of a body."""
    pieces = []
    place = start + FRONT
    for size in sizes:
        if type(size) is not int or size < 0:
            raise BrokenRecordError("a size that is none")
        place += -place % ALIGNMENT
        pieces.append(body[place : place + size])
        place += size
    if place != len(body):
        raise BrokenRecordError("memory of another size")
    return pieces
