"""From the finished answer of an event to the parts of a record, and back."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

from gradio.caching import files
from gradio.caching.codec import open_part, pack_value, unpack_value
from gradio.caching.codec.parts import file_part, payload_part
from gradio.caching.codec.stored_files import (
    StoredFile,
    restore_all,
    sealed_with_files,
    stored_files,
)
from gradio.caching.entry import FileStamp
from gradio.caching.errors import BrokenRecordError
from gradio.caching.stores.backing import Buffer, Buffers, Place

Fetch = Callable[[Sequence[str]], Mapping[str, Buffer]]
"""Fetches more parts of a record, by their names."""


class Payload(NamedTuple):
    """What was sent for a result: plain values, and the files that they name."""

    content: Any
    files: tuple[FileStamp, ...] = ()


MakePayload = Callable[[], "tuple[str, Payload] | None"]
"""Makes a payload and the name of its view; None if other processes have no such."""


class _Body(NamedTuple):
    run: bytes
    content: Any
    files: tuple[tuple[str, bytes], ...]


def payload_parts(
    place: Place, view: str, payload: Payload, run: bytes
) -> dict[str, Buffers]:
    """
    Makes the parts of what a view shows of the result of a run. Raises UnpackableError,
    and OSError for a file that is no longer what it was.
    """
    named = stored_files(payload.files)
    paths = tuple((file.path, file.digest) for file in named)
    body = pack_value(tuple(_Body(run, payload.content, paths)))
    return sealed_with_files(place, {payload_part(view): body}, named)


def payload_of(
    place: Place, view: str, run: bytes, content: Buffer, fetch: Fetch, folder: str
) -> Payload | None:
    """
    Reads what a view shows, its files below a folder; None if it is of another run.
    Raises BrokenRecordError, and OSError if the files can't be put there.
    """
    packed = open_part(place, payload_part(view), content)
    try:
        body = _Body(*unpack_value(packed))
        named = [StoredFile(*file) for file in body.files]
    except TypeError as error:
        raise BrokenRecordError("what is no answer of an event") from error
    if body.run != run:
        return None
    if not named:
        return Payload(body.content)
    parts = fetch([file_part(file.digest) for file in named])
    moved = restore_all(place, named, parts, folder)
    body = _Body(*unpack_value(packed, moved))
    stamps = map(files.stamp, map(os.path.abspath, moved.values()))
    return Payload(body.content, tuple(filter(None, stamps)))
