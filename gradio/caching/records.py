"""From an entry to the parts of a record, and back."""

from __future__ import annotations

import dataclasses
import math
import os
import struct
from collections.abc import Mapping
from typing import Any, NamedTuple

from gradio.caching import ages
from gradio.caching.codec import open_part, pack_value, seal, unpack_value
from gradio.caching.codec.parts import META, VALUE
from gradio.caching.codec.stored_files import (
    StoredFile,
    restore_all,
    sealed_with_files,
    stored_files,
)
from gradio.caching.context.toasts import Toast
from gradio.caching.entry import ENTRY_BYTES, MISS, Entry
from gradio.caching.errors import BrokenRecordError
from gradio.caching.files import lasting_stamps
from gradio.caching.life import LIFE_BYTES, Life
from gradio.caching.sizing import size_of
from gradio.caching.stores.backing import Buffer, Buffers, Place

EMPTY_BYTES = size_of(())
_FRONT = struct.Struct("<dd?B")


class Meta(NamedTuple):
    """What is known of a result; by the wall clock, which all processes have."""

    born: float
    seconds: float
    run: bytes = b""
    """By which the parts of one run are known."""
    has_value: bool = True
    toasts: tuple[tuple[Any, ...], ...] = ()
    files: tuple[tuple[str, bytes], ...] = ()


def parts_of(
    place: Place, entry: Entry, born: float, run: bytes = b""
) -> dict[str, Buffers]:
    """
    Makes the parts of a record. Raises UnpackableError for a value that can't be made
    again elsewhere, and OSError for a file that is no longer what it was.
    """
    named = stored_files(entry.files)
    paths = tuple((file.path, file.digest) for file in named)
    meta = Meta(born, entry.seconds, run, True, _toasts_of(entry), paths)
    bodies = {VALUE: pack_value(entry.value), META: _packed(meta)}
    return sealed_with_files(place, bodies, named)


def without_value(
    place: Place, entry: Entry, born: float, run: bytes
) -> dict[str, Buffers]:
    """Makes what a record begins with that holds but what is shown of a result."""
    meta = Meta(born, entry.seconds, run, False, _toasts_of(entry))
    return {META: seal(place, META, _packed(meta))}


def _packed(meta: Meta) -> list[Buffer]:
    """What every result has stands in front, where it is read without any walk."""
    front = _FRONT.pack(meta.born, meta.seconds, meta.has_value, len(meta.run))
    rest = (meta.toasts, meta.files)
    return [front + meta.run, *(pack_value(rest) if any(rest) else ())]


def _toasts_of(entry: Entry) -> tuple[tuple[Any, ...], ...]:
    return tuple(dataclasses.astuple(toast) for toast in entry.toasts)


def meta_of(place: Place, parts: Mapping[str, Buffer]) -> Meta:
    """Reads what is known of a result. Raises BrokenRecordError."""
    try:
        body = open_part(place, META, parts[META])
        born, seconds, has_value, length = _FRONT.unpack_from(body)
        rest = body[_FRONT.size + length :]
        run = bytes(body[_FRONT.size : _FRONT.size + length])
        more = unpack_value(rest) if rest else ()
        return Meta(born, seconds, run, has_value, *more)
    except (KeyError, TypeError, struct.error) as error:
        raise BrokenRecordError("a record without what is known of it") from error


def entry_of(
    place: Place, meta: Meta, parts: Mapping[str, Buffer], folder: str
) -> Entry:
    """
    Makes an entry again, its files below a folder. Raises BrokenRecordError, and
    OSError if they can't be put there.
    """
    files = [StoredFile(*file) for file in meta.files]
    moved = restore_all(place, files, parts, folder)
    if VALUE not in parts:
        raise BrokenRecordError(f"a record without its part {VALUE!r}")
    packed = open_part(place, VALUE, parts[VALUE])
    value = unpack_value(packed, moved)
    stamps = lasting_stamps(map(os.path.abspath, moved.values()))
    entry = shown_entry(meta)
    entry.value, entry.files = value, stamps
    entry.size += size_of(value) + (size_of(stamps) if stamps else EMPTY_BYTES)
    return entry


def shown_entry(meta: Meta) -> Entry:
    """Makes an entry without its value: with all that an event's answer needs."""
    toasts = tuple(Toast(*toast) for toast in meta.toasts)
    size = ENTRY_BYTES + (size_of(toasts) if toasts else EMPTY_BYTES)
    return Entry(MISS, size, toasts=toasts, seconds=meta.seconds)


def grow_old(entry: Entry, limits: ages.Ages | None, age: float, left: float) -> None:
    """Gives an entry the rest of its life, which the store may know to be shorter."""
    if limits is None and left == math.inf:
        return
    now = ages.clock()
    entry.life = Life(limits or ages.Ages(left), now - age if limits else now)
    entry.life.end_by(now + left)
    entry.size += LIFE_BYTES
