"""From a value to its key: 32 bytes, in a format that has a version."""

from __future__ import annotations

import functools
import marshal
from typing import Any

from blake3 import blake3

from gradio.caching.hashing.walk import NODE, Walk
from gradio.caching.types import KeyWriter
from gradio.caching.types.classes import class_facts
from gradio.caching.types.key_writer import LARGE, WRITTEN
from gradio.caching.types.scalars import SCALARS, SEPARATOR, scalar_code, write_scalars

KEY_VERSION = 2
"""
Part of every key. Raise it with any change to what is written, so that keys stored by
older code are not met.
"""

PREFIX = b"gradio-cache-key" + KEY_VERSION.to_bytes(4, "little")

SHORT = 256
"""Characters. Digests of arguments that are no longer than this are remembered."""

_FAR = 1 << (8 * SHORT)
_FIXED = frozenset({float, bool, type(None)})
_FEW = 32


def digest(value: Any) -> bytes:
    """
    Turns a value's content into a key. Thread-safe, as long as no other thread changes
    the value meanwhile.
    """
    for part in value if type(value) is tuple else (value,):
        kind = type(part)
        if kind is int:
            if not -_FAR < part < _FAR:
                return _digest(PREFIX, value)
        elif kind is str:
            if len(part) > SHORT:
                return _digest(PREFIX, value)
        elif kind not in _FIXED and not (kind is tuple and _is_short(part)):
            return _digest(PREFIX, value)
    return _digest_of_scalars(PREFIX, marshal.dumps(value, 2))


def _is_short(parts: tuple[Any, ...]) -> bool:
    """Whether a tuple is one of few scalars: what stands for an instance, keywords."""
    todo: list[Any] = [parts]
    for _ in range(_FEW):
        part = todo.pop()
        if type(part) is tuple and len(part) <= _FEW:
            todo += part
        elif not _is_short_scalar(part):
            return False
        if not todo:
            return True
    return False


def _is_short_scalar(value: Any) -> bool:
    if type(value) is str:
        return len(value) <= SHORT
    return type(value) in _FIXED or (type(value) is int and -_FAR < value < _FAR)


def _digest(prefix: bytes, value: Any) -> bytes:
    code = scalar_code(value) or NODE + _node(value)
    return blake3(prefix + code).digest()


def _node(value: Any) -> bytes:
    if type(value) is tuple:
        if len(value) == 1 and (written := _one_text(value[0])) is not None:
            return blake3(written).digest()
        # The arguments of most calls, which need no walk.
        if SCALARS.issuperset(map(type, value)):
            out = KeyWriter(class_facts(tuple).tag)
            if write_scalars(value, out) is None:
                return out.digest()
    return Walk().digest(value)


def _one_text(text: Any) -> bytes | None:
    """What a writer comes to for the most common call of all, at half its cost."""
    if type(text) is not str or len(text) >= LARGE or SEPARATOR in text:
        return None
    content = text.encode("utf-8", "surrogatepass")
    if len(content) >= LARGE:
        return None
    return b"".join((_one_text_begins(), len(content).to_bytes(8, "little"), content))


@functools.cache
def _one_text_begins() -> bytes:
    return b"".join(
        (class_facts(tuple).tag, WRITTEN, (6).to_bytes(8, "little"), b"joined", WRITTEN)
    )


@functools.lru_cache(maxsize=1024)
def _digest_of_scalars(prefix: bytes, code: bytes) -> bytes:
    """Remembers what the most common calls, with a few small arguments, come to."""
    return _digest(prefix, marshal.loads(code))
