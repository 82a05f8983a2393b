"""
The encoding of a key: bytes, of which one key's begin with another's if and only if the
one key starts with the other. Made for comparing within a process, never stored.
"""

from __future__ import annotations

import functools
import numbers
import sys
from array import array
from collections.abc import Iterable
from typing import Any

from gradio.caching.hashing import digest
from gradio.caching.types.protocol import found_on

TEXT, TOKENS = b"t", b"k"
"""What an encoding begins with, since no text starts with tokens."""

END = b"\xff" * 4
"""An encoding followed by this comes after all encodings that begin with it."""

# A small whole number, the token of most models, is a word of four bytes. The highest
# words are kept for other tokens; all three begin or end with these bytes.
_RESERVED = b"\xff" * 3
_NUMBERS = 0xFFFFFF00
_TEXT_TOKEN = (0xFFFFFFFE).to_bytes(4, sys.byteorder)
_OTHER_TOKEN = (0xFFFFFFFD).to_bytes(4, sys.byteorder)
_TEXT_TOKEN_END = b"\xfe"  # occurs in no UTF-8


@functools.singledispatch
def prefix_bytes(key: Any) -> bytes | None:
    """
    Encodes a text, or tokens, as bytes; None if it is neither. Tokens count by content
    as keys do, and numbers by value: 1, True and 1.0 are one token.
    """
    if found_on(type(key), "tolist") is None or getattr(key, "ndim", None) != 1:
        return None
    return _of_tokens(key.tolist())


@prefix_bytes.register
def _of_text(key: str) -> bytes:
    return TEXT + _utf8(key)


@prefix_bytes.register(list)
@prefix_bytes.register(tuple)
def _of_tokens(key: Iterable[Any]) -> bytes:
    words = _words(key)
    if words is None or _RESERVED in words:
        words = b"".join(map(_token, key))
    return TOKENS + words


def _words(tokens: Iterable[Any]) -> bytes | None:
    """All at once, which works if each is a small whole number."""
    try:
        return array("I", tokens).tobytes()
    except (TypeError, OverflowError):
        return None


def _token(token: Any) -> bytes:
    if isinstance(token, str):
        return _TEXT_TOKEN + _utf8(token) + _TEXT_TOKEN_END
    token = _by_value(token)
    if type(token) is int and 0 <= token < _NUMBERS:
        return token.to_bytes(4, sys.byteorder)
    return _OTHER_TOKEN + digest(token)


def _by_value(token: Any) -> Any:
    if not isinstance(token, numbers.Number):
        return token
    try:
        whole = int(token)  # type: ignore[call-overload]
    except (TypeError, ValueError, OverflowError):  # complex, not a number, infinite
        return token
    return whole if whole == token else token


def _utf8(text: str) -> bytes:
    return text.encode("utf-8", "surrogatepass")
