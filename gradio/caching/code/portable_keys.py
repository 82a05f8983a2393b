"""From a key of this process to one that means the same in every other."""

from __future__ import annotations

import weakref
from collections.abc import Callable, Iterable
from types import ModuleType
from typing import Any, NamedTuple

from blake3 import blake3

from gradio.caching.code.fingerprint import CodeWalk
from gradio.caching.code.origin import is_of_user
from gradio.caching.portable import Notes, taking_notes
from gradio.caching.types.classes import class_facts, class_name

_PREFIX = b"gradio-cache-portable-key"

_known: weakref.WeakKeyDictionary[Any, bytes] = weakref.WeakKeyDictionary()


class Portable(NamedTuple):
    """A key that is the same in every process, or why there is none."""

    digest: bytes | None
    obstacle: str | None = None


def with_portable(make: Callable[[], bytes]) -> tuple[bytes, Portable]:
    """Makes a key, and the one that it is in every process."""
    with taking_notes() as notes:
        key = make()
    return key, _portable(key, notes)


def _portable(digest: bytes, notes: Notes) -> Portable:
    """The code of the user's classes and functions that a key speaks of counts too."""
    parts = list(notes.parts.values())
    if obstacle := notes.obstacle or _obstacle_among(parts):
        return Portable(None, obstacle)
    codes = {_fingerprint(part) for part in parts if is_of_user(part)}
    if not codes:
        return Portable(digest)
    return Portable(blake3(_PREFIX + digest + b"".join(sorted(codes))).digest())


def _obstacle_among(parts: Iterable[Any]) -> str | None:
    for part in parts:
        if isinstance(part, type) and not class_facts(part).is_named:
            return f"the class {class_name(part)}, which can't be found by its name"
        if isinstance(part, ModuleType) and is_of_user(part):
            return f"the module {part.__name__}"
    return None


def _fingerprint(part: Any) -> bytes:
    known = _known.get(part)
    if known is None:
        known = _known[part] = CodeWalk().digest([part])
    return known
