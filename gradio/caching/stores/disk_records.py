"""
A record in one file: its end, what is in it, and its parts one after another, so that
those of two runs are never mixed.
"""

from __future__ import annotations

import math
import os
import re
import stat
import struct
from collections.abc import Collection, Iterator, Mapping
from typing import NamedTuple

import numpy as np
from blake3 import blake3

from gradio.caching.stores import disk_files
from gradio.caching.stores.backing import META, Buffer, Buffers, size_of

HEAD_BYTES = 64
_ALIGNMENT = 64
_HEAD = struct.Struct("<4sddI")
_MAGIC = b"gc2\n"
_LINE = re.compile(rb"([a-z]{1,8}(?::[A-Za-z0-9_-]{1,80})?) (\d{1,18})\n")
# What is short is read in one go.
_AT_ONCE = 16 * 2**10
_LONGEST_TABLE = 2**20


class Stored(NamedTuple):
    """A record as it was found: its file, the seconds that it has left, its parts."""

    status: os.stat_result
    life: float
    parts: dict[str, Buffer]


def laid_out(parts: Mapping[str, Buffers], now: float, life: float) -> Iterator[Buffer]:
    """Puts the file of a record together, which is good for so long from now on."""
    # What is needed with each other part comes first.
    names = sorted(parts, key=lambda name: name != META)
    sizes = {name: sum(map(size_of, parts[name])) for name in names}
    table = "".join(f"{name} {size}\n" for name, size in sizes.items()).encode()
    yield _head(now, life, len(table))
    yield table + _filler(len(table))
    for name, size in sizes.items():
        yield from parts[name]
        yield _filler(size)


def read(path: str, names: Collection[str], limit: int, now: float) -> Stored | None:
    """
    Reads those parts of a record that are no longer than allowed; None if there is
    none, or what is there is no record. Raises OSError.
    """
    try:
        descriptor = os.open(path, disk_files.READ_FLAGS)
    except (FileNotFoundError, NotADirectoryError):
        return None
    try:
        status = os.fstat(descriptor)
        if not stat.S_ISREG(status.st_mode):
            return None
        front = os.read(descriptor, _AT_ONCE)
        life = life_left(front, now)
        places = _places(descriptor, front) if life > 0 else {}
        parts = {
            name: _part(descriptor, front, *places[name])
            for name in names
            if name in places and _is_there(*places[name], limit, status.st_size)
        }
        return Stored(status, life, parts)
    finally:
        os.close(descriptor)


def life_left(content: bytes, now: float) -> float:
    """
    Reads from the first bytes of a record for how long it is still good, in seconds; 0
    if that can't be read. One with an end that was made later than now has none left.
    """
    if len(content) < HEAD_BYTES:
        return 0.0
    magic, made, life, length = _HEAD.unpack_from(content)
    if magic != _MAGIC or content[:HEAD_BYTES] != _head(made, life, length):
        return 0.0
    age = now - made
    if life == math.inf:
        return life
    return life - age if 0 <= age <= life else 0.0


def _head(made: float, life: float, length: int) -> bytes:
    told = _HEAD.pack(_MAGIC, made, life, length)
    return told + blake3(told).digest(HEAD_BYTES - _HEAD.size)


def _filler(size: int) -> bytes:
    """What comes after so many bytes, for the next to begin where arrays want to be."""
    return bytes(-size % _ALIGNMENT)


def _places(descriptor: int, front: bytes) -> dict[str, tuple[int, int]]:
    """Where each part begins, and its length, which the file need not have."""
    *_, length = _HEAD.unpack_from(front)
    rest = HEAD_BYTES + length - len(front)
    if 0 < rest <= _LONGEST_TABLE:
        front += os.read(descriptor, rest)
    found, place = {}, HEAD_BYTES + length + -length % _ALIGNMENT
    for name, digits in _LINE.findall(front[HEAD_BYTES : HEAD_BYTES + length]):
        size = int(digits)
        found[name.decode()] = place, size
        place += size + -size % _ALIGNMENT
    return found


def _is_there(place: int, size: int, limit: int, end: int) -> bool:
    return size <= limit and place + size <= end


def _part(descriptor: int, front: bytes, place: int, size: int) -> Buffer:
    if place + size <= len(front):
        return memoryview(front)[place : place + size]
    # Not a `bytearray`, which is written once more before it is read into; and one
    # that arrays may take over for their own memory.
    content = np.empty(size, np.uint8).data
    with open(descriptor, "rb", buffering=0, closefd=False) as file:
        file.seek(place)
        left = content
        while left and (count := file.readinto(left)):
            left = left[count:]
    return content
