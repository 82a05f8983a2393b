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
_PLAIN = frozenset({int, float, bool, type(None), bytes, complex})


@dataclass(frozen=True, slots=True)
class UploadedFile:
    """Stands in a key for a file in Gradio's upload folder."""

    content: bytes


def by_content(value: Any) -> Any:
    """
    Parameters:
        value: an argument: a path, or lists, tuples and dicts with paths in them.
    Returns:
        The same value when it names no file, else a copy in which uploaded files stand by
        their content, and other files by path, size and mtime.
    """
    kind = type(value)
    if kind in _PLAIN:
        return value
    translate = _TRANSLATORS.get(kind)
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
    translated = [by_content(value) for value in values]
    if all(new is old for new, old in zip(translated, values, strict=True)):
        return values
    return type(values)(translated)


def _list(values: list[Any]) -> Any:
    return values if _has_no_path(values) else _sequence(values)


def _has_no_path(values: list[Any]) -> bool:
    """Decides for a long list of plain values without looking at each in Python."""
    kinds = set(map(type, values))
    if kinds <= _PLAIN:
        return True
    if kinds != {str}:
        return False
    joined = "".join(values)
    return not ("." in joined or "/" in joined or os.sep in joined)


def _dict(values: dict[Any, Any]) -> Any:
    translated = {key: by_content(value) for key, value in values.items()}
    if all(translated[key] is values[key] for key in values):
        return values
    return translated


_TRANSLATORS: dict[type, Callable[[Any], Any]] = {
    str: _text,
    NamedString: _text,
    type(Path()): _text,
    list: _list,
    tuple: _sequence,
    dict: _dict,
}
