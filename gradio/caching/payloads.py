"""From the finished answer of an event to the parts of a record, and back."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

from gradio.caching import files
from gradio.caching.codec import open_part, pack_value, seal, unpack_value
from gradio.caching.codec.parts import file_part, payload_part
from gradio.caching.codec.stored_files import (
    StoredFile,
    new_names,
    restore,
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
    bodies = {payload_part(view): body}
    for file in named:
        with open(file.path, "rb") as source:
            bodies[file_part(file.digest)] = [source.read()]
    return {name: seal(place, name, body) for name, body in bodies.items()}


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
    _restore(place, named, fetch, folder)
    moved = new_names(named, folder)
    body = _Body(*unpack_value(packed, moved))
    stamps = map(files.stamp, map(os.path.abspath, moved.values()))
    return Payload(body.content, tuple(filter(None, stamps)))


def _restore(
    place: Place, files: Sequence[StoredFile], fetch: Fetch, folder: str
) -> None:
    names = [file_part(file.digest) for file in files]
    parts = fetch(names)
    for file, name in zip(files, names, strict=True):
        if name not in parts:
            raise BrokenRecordError("an answer without its file")
        restore(file, open_part(place, name, parts[name]), folder)
