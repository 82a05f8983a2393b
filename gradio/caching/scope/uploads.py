"""Uploaded files count by their content, not by the path they happen to have."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from gradio.caching import files
from gradio.caching.entry import FileStamp
from gradio.utils import NamedString, get_upload_folder

_CONTENTS = files.ContentDigests()


@dataclass(frozen=True, slots=True)
class UploadedFile:
    """Stands in a key for a file in Gradio's upload folder."""

    content: bytes


def by_content(value: Any) -> Any:
    """
    Parameters:
        value: an argument: a path, or lists, tuples and dicts with paths in them.
    Returns:
        The same value when it names no file, else a copy in which uploaded files stand
        by their content, and other files by path, size and mtime.
    """
    kind = type(value)
    if kind in _TEXTS:
        return _text(value)
    if kind in _CHILDREN and _names_a_file(value):
        return _translated(value)
    return value


def _names_a_file(value: Any) -> bool:
    """Walks without recursion; what was seen is not walked again, so cycles end."""
    seen: set[int] = set()
    todo = [value]
    while todo:
        current = todo.pop()
        kind = type(current)
        if kind in _TEXTS and files.stamp(str(current)) is not None:
            return True
        if kind in _CHILDREN and id(current) not in seen:
            seen.add(id(current))
            todo.extend(_CHILDREN[kind](current))
    return False


def _translated(value: Any) -> Any:
    translate = _TRANSLATORS.get(type(value))
    return value if translate is None else translate(value)


def _text(path: Any) -> Any:
    file = files.stamp(str(path))
    if file is None:
        return path
    return _uploaded(file) if _in_upload_folder(file.path) else (path, file)


def _uploaded(file: FileStamp) -> Any:
    try:
        return UploadedFile(_CONTENTS.of(file))
    except OSError:
        return file


def _in_upload_folder(path: str) -> bool:
    folder = get_upload_folder()
    return os.path.realpath(path).startswith(os.path.join(os.path.realpath(folder), ""))


def _sequence(values: Any) -> Any:
    translated = [_translated(value) for value in values]
    if all(new is old for new, old in zip(translated, values, strict=True)):
        return values
    return type(values)(translated)


def _members(values: Any) -> Any:
    return values if files.may_name_files(values) else ()


def _dict(values: dict[Any, Any]) -> Any:
    translated = {key: _translated(value) for key, value in values.items()}
    if all(translated[key] is values[key] for key in values):
        return values
    return translated


_TRANSLATORS: dict[type, Callable[[Any], Any]] = {
    str: _text,
    NamedString: _text,
    type(Path()): _text,
    list: _sequence,
    tuple: _sequence,
    dict: _dict,
}
_TEXTS = frozenset({str, NamedString, type(Path())})
_CHILDREN: dict[type, Callable[[Any], Any]] = {
    list: _members,
    tuple: _members,
    dict: lambda values: _members(values.values()),
}
