"""Files that a value names: their stamps, and the digest of their content."""

from __future__ import annotations

import os
import stat
from collections import OrderedDict
from collections.abc import Callable, Collection, Iterator
from dataclasses import fields, is_dataclass
from pathlib import PurePath
from typing import Any

from blake3 import blake3

from gradio.caching.entry import FileStamp
from gradio.caching.forks import new_lock

_PATHLESS = frozenset({int, float, bool, type(None), bytes, complex})
_LONGEST_PATH = 4096
_REMEMBERED = 4096


def stamp(path: str) -> FileStamp | None:
    """
    Parameters:
        path: what may be the path of a file.
    Returns:
        The stamp of the regular file there, or None.
    """
    if not may_be_path(path):
        return None
    try:
        status = os.stat(path)
    except (OSError, ValueError):
        return None
    if not stat.S_ISREG(status.st_mode):
        return None
    return FileStamp(path, status.st_size, status.st_mtime_ns)


def stamps(value: Any) -> tuple[FileStamp, ...]:
    """
    Parameters:
        value: a result: a path, or containers, dataclasses and models with paths in
            them.
    Returns:
        The stamps of the files that it names, each once.
    """
    found = {path: stamp(path) for path in set(_paths(value))}
    return tuple(s for s in found.values() if s is not None)


def unchanged(files: tuple[FileStamp, ...]) -> bool:
    """
    Parameters:
        files: stamps taken earlier.
    Returns:
        True if each file is still there, with the size and mtime of its stamp.
    """
    return all(stamp(file.path) == file for file in files)


def may_name_files(values: Collection[Any]) -> bool:
    """
    Decides for many plain values without looking at each in Python.
    Parameters:
        values: the members of a container.
    Returns:
        False if none of them can be a path, nor hold one.
    """
    kinds = set(map(type, values))
    if kinds <= _PATHLESS:
        return False
    if kinds != {str}:
        return True
    joined = "".join(values)
    return "." in joined or "/" in joined or os.sep in joined


class ContentDigests:
    """
    The digests of files by content, read again only when a stamp changed. Thread-safe.
    """

    def __init__(self) -> None:
        self._known: OrderedDict[FileStamp, bytes] = OrderedDict()
        self._lock = new_lock()

    def of(self, file: FileStamp) -> bytes:
        """
        Parameters:
            file: the stamp of a file. Raises OSError when it can't be read.
        Returns:
            The 32 bytes of the BLAKE3 digest of its content.
        """
        with self._lock:
            if (known := self._known.get(file)) is not None:
                self._known.move_to_end(file)
                return known
        content = blake3().update_mmap(file.path).digest()
        with self._lock:
            self._known[file] = content
            if len(self._known) > _REMEMBERED:
                self._known.popitem(last=False)
        return content


def may_be_path(text: str) -> bool:
    """
    Parameters:
        text: any text.
    Returns:
        False if it can't be the path of a file that has a folder or an extension.
    """
    return (
        len(text) <= _LONGEST_PATH
        and (os.sep in text or "/" in text or "." in text)
        and "\n" not in text
    )


def _paths(value: Any) -> Iterator[str]:
    """Walks without recursion; what was seen is not walked again, so cycles end."""
    seen: set[int] = set()
    todo = [value]
    while todo:
        current = todo.pop()
        if isinstance(current, (str, PurePath)):
            yield str(current)
        elif (children := _children(current)) is not None and id(current) not in seen:
            seen.add(id(current))
            todo.extend(children if may_name_files(children) else ())


def _children(value: Any) -> list[Any] | None:
    for kind, children in _CONTAINERS:
        if isinstance(value, kind):
            return children(value)
    if is_dataclass(value) and not isinstance(value, type):
        return [getattr(value, field.name, None) for field in fields(value)]
    return _model_fields(value)


def _model_fields(value: Any) -> list[Any] | None:
    """
    The fields of a pydantic model, such as Gradio's FileData, without importing
    pydantic.
    """
    if hasattr(type(value), "__pydantic_fields__"):
        return list(vars(value).values())
    return None


_CONTAINERS: tuple[tuple[type, Callable[[Any], list[Any]]], ...] = (
    (dict, lambda mapping: list(mapping.values())),
    (list, list),
    (tuple, list),
    (set, list),
    (frozenset, list),
)
