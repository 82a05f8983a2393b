"""
The files that a result names: what is written of them, where they come to be when it is
read, and how the result names them then.
"""

from __future__ import annotations

import os
import re
import stat
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from blake3 import blake3

from gradio.caching.codec.parts import Placed, file_part, open_part, seal
from gradio.caching.entry import FileStamp
from gradio.caching.errors import BrokenRecordError
from gradio.caching.files import CONTENTS
from gradio.caching.types.key_writer import Buffer, threads_for

LONGEST_NAME = 200
"""Bytes, which leaves room for what file systems and we add to a name."""

_DIGEST = 32
_SEPARATORS = re.compile(r"[/\\]")
_NOT_CLEAN = re.compile(r"[^\w.,\- ]")
_RESERVED = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)(\.|$)", re.IGNORECASE)
_MARKS = "/file=", "/stream/"
"""What is before the path in an address at which Gradio serves a file."""

_NEW = os.O_WRONLY | os.O_CREAT | os.O_EXCL
for _flag in ("O_NOFOLLOW", "O_CLOEXEC", "O_BINARY"):
    _NEW |= getattr(os, _flag, 0)


class StoredFile(NamedTuple):
    """A file, as a result names it, and the digest of its content."""

    path: str
    digest: bytes


def stored_files(found: Iterable[FileStamp]) -> tuple[StoredFile, ...]:
    """
    Digests the files of a result. Raises OSError when one can't be read, or is no
    longer what it was.
    """
    return tuple(StoredFile(file.path, CONTENTS.of(file)) for file in found)


def sealed_with_files(
    place: Placed, bodies: Mapping[str, Iterable[Buffer]], files: Iterable[StoredFile]
) -> dict[str, Sequence[Buffer]]:
    """Seals the parts of a record, and those of its files. Raises OSError."""
    parts: dict[str, Sequence[Buffer]] = {
        name: seal(place, name, body) for name, body in bodies.items()
    }
    for file in files:
        name = file_part(file.digest)
        with open(file.path, "rb") as source:
            parts[name] = seal(place, name, [source.read()])
    return parts


def restore_all(
    place: Placed,
    files: Iterable[StoredFile],
    parts: Mapping[str, Buffer],
    folder: str,
) -> dict[str, str]:
    """
    Brings the files of a record back below a folder, and says what their paths become.
    Raises BrokenRecordError, and OSError.
    """
    found = tuple(files)
    for file in found:
        name = file_part(file.digest)
        if name not in parts:
            raise BrokenRecordError(f"a record without its file {name!r}")
        restore(file, open_part(place, name, parts[name]), folder)
    return new_names(found, folder)


def clean_name(path: str) -> str:
    """Makes the name that a file gets: of its path, without all that is special."""
    name = _NOT_CLEAN.sub("", _SEPARATORS.split(path)[-1]).strip(". ")
    stem, extension = os.path.splitext(name)
    # By bytes, as file systems count; a letter is never cut.
    room = max(0, LONGEST_NAME - len(extension.encode()))
    short = stem.encode()[:room].decode("utf-8", "ignore")
    name = f"{short}{extension}" if short and room else short
    name = name.encode()[:LONGEST_NAME].decode("utf-8", "ignore").strip(". ") or "file"
    return f"_{name}" if _RESERVED.match(name) else name


def place_of(file: StoredFile, folder: str) -> str:
    """Says where a file comes to be below a folder: by content and a clean name."""
    if type(file.digest) is not bytes or len(file.digest) != _DIGEST:
        raise BrokenRecordError("a file without a digest")
    return os.path.join(folder, file.digest.hex(), clean_name(file.path))


def new_names(files: Iterable[StoredFile], folder: str) -> dict[str, str]:
    """Says what the paths of files become, for `unpack_value` of what names them."""
    return {file.path: place_of(file, folder) for file in files}


def renamed(text: str, moved: Mapping[str, str]) -> str:
    """Names a file anew, if a text is its path or the address that it is served at."""
    if (found := moved.get(text)) is not None:
        return found
    for mark in _MARKS:
        before, found, path = text.partition(mark)
        if found and path in moved:
            return f"{before}{mark}{moved[path]}"
    return text


def restore(file: StoredFile, content: Buffer, folder: str) -> str:
    """
    Writes a file to its place below a folder, never through a link, and returns the
    place. Raises BrokenRecordError if it is not the file's content.
    """
    place = place_of(file, folder)
    threads = threads_for(memoryview(content).nbytes)
    if blake3(content, max_threads=threads).digest() != file.digest:
        raise BrokenRecordError("a file of another content")
    inner = os.path.dirname(place)
    os.makedirs(folder, exist_ok=True)
    if not os.path.lexists(inner):
        os.makedirs(inner, exist_ok=True)
    if not stat.S_ISDIR(os.lstat(inner).st_mode):
        raise OSError(f"{inner} is no folder")
    if not _is_there(place, memoryview(content).nbytes, file.digest):
        _write(place, content)
    return place


def _is_there(place: str, size: int, digest: bytes) -> bool:
    """Whether it need not be written again, while somebody may be reading it."""
    try:
        found = os.lstat(place)
        if not stat.S_ISREG(found.st_mode) or found.st_size != size:
            return False
        with open(place, "rb") as kept:
            return blake3(kept.read()).digest() == digest
    except OSError:
        return False


def _write(place: str, content: Buffer) -> None:
    """Puts it there in one step, so that nobody sees half of it."""
    fresh = f"{place}.{os.urandom(8).hex()}"
    try:
        with open(os.open(fresh, _NEW, 0o666), "wb") as file:
            file.write(content)
        os.replace(fresh, place)
    except BaseException:
        if os.path.lexists(fresh):
            os.unlink(fresh)
        raise
