"""Files among arguments count by their content, not by the path they happen to have."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path, PurePath
from typing import Any

from gradio.caching import files
from gradio.caching.context.event_files import EVENT_FILES
from gradio.caching.context.folders import paths_below
from gradio.caching.context.served import is_full_path, is_served, is_upload
from gradio.caching.entry import FileStamp
from gradio.caching.mentions import may_be_full_path, may_name_files
from gradio.caching.portable import note_obstacle
from gradio.caching.types import Children, KeyWriter, adds_attributes, encode
from gradio.caching.types.classes import name_for_good
from gradio.caching.types.registry import attributes_except
from gradio.utils import NamedString


@dataclass(frozen=True, slots=True)
class UploadedFile:
    """
    Stands in a key for a file: the type that names it, its base name if Gradio chose
    the folder, else its path, and the digest of its content.
    """

    kind: str
    name: str
    content: bytes | FileStamp


name_for_good(UploadedFile, "gradio.UploadedFile")
name_for_good(FileStamp, "gradio.FileStamp")


def by_content(value: Any) -> Any:
    """
    Replaces the paths that file components gave by what counts of the files, in a copy
    where needed. A text that may have been typed is never looked up.
    """
    kind = type(value)
    if kind in _TEXTS:
        return _text(value) if may_be_full_path(value) else value
    if kind in _CHILDREN and _has_full_path(value):
        return _translated(value)
    return value


def _has_full_path(value: Any) -> bool:
    """Walks without recursion; what was seen is not walked again, so cycles end."""
    seen: set[int] = set()
    todo = [value]
    while todo:
        current = todo.pop()
        kind = type(current)
        if kind in _TEXTS and _is_file(current):
            return True
        if kind in _CHILDREN and id(current) not in seen:
            seen.add(id(current))
            todo.extend(_CHILDREN[kind](current))
    return False


def _translated(value: Any) -> Any:
    translate = _TRANSLATORS.get(type(value))
    return value if translate is None else translate(value)


def _text(text: Any) -> Any:
    if not _is_file(text):
        return text
    event = EVENT_FILES.get()
    given = event is not None and event.gave(text)
    # Only what is known to be a file: of texts, each character counts.
    return _counted(text, text, has_own_folder=not (given and is_upload(text))) or text


def _is_file(text: str) -> bool:
    """Whether a text is a path that is looked up, which is decided without a look."""
    event = EVENT_FILES.get()
    if event is not None:
        return event.may_look_up(text)
    return is_full_path(text) and is_served(text)


def _counted(value: Any, path: str, *, has_own_folder: bool) -> UploadedFile | None:
    if (file := files.stamp(path)) is None:
        return None
    try:
        content = files.CONTENTS.of(file)
    except OSError:
        content = file
        note_obstacle("a file that can't be read")
    name = path if has_own_folder else os.path.basename(path)
    return UploadedFile(type(value).__name__, name, content)


_encode_path = encode.dispatch(PurePath)


@encode.register(Path)
@adds_attributes(except_=attributes_except[_encode_path])
def _(value: Path, out: KeyWriter) -> Children:
    """A path is a file, or all that is in a folder, wherever in an argument it is."""
    path = os.path.abspath(value)
    if file := _counted(value, path, has_own_folder=not is_upload(path)):
        return (file,)
    if os.path.isdir(path):
        held = paths_below(path)
        return path, [_counted(value, p, has_own_folder=True) or p for p in held]
    return _encode_path(value, out)


def _sequence(values: Any) -> Any:
    translated = [_translated(value) for value in values]
    if all(new is old for new, old in zip(translated, values, strict=True)):
        return values
    return type(values)(translated)


def _members(values: Any) -> Any:
    return values if may_name_files(values) else ()


def _dict(values: dict[Any, Any]) -> Any:
    translated = {key: _translated(value) for key, value in values.items()}
    if all(translated[key] is values[key] for key in values):
        return values
    return translated


_TRANSLATORS: dict[type, Callable[[Any], Any]] = {
    str: _text,
    NamedString: _text,
    list: _sequence,
    tuple: _sequence,
    dict: _dict,
}
_TEXTS = frozenset({str, NamedString})
_CHILDREN: dict[type, Callable[[Any], Any]] = {
    list: _members,
    tuple: _members,
    dict: lambda values: _members(values.values()),
}
