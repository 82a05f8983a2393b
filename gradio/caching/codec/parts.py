"""
The parts of a record, each sealed by itself: by what it is, where it belongs and what
it holds, so that nothing can be changed, cut or swapped. What does not fit is a miss.
"""

from __future__ import annotations

import functools
import hmac
import os
import struct
from collections.abc import Iterable
from typing import Any, Protocol

from blake3 import blake3

from gradio.caching.errors import BrokenRecordError
from gradio.caching.types.key_writer import LARGE, Buffer, threads_for

SECRET_VARIABLE = "GRADIO_CACHE_SECRET"
"""Who does not know it can't make a part that is believed."""

META, VALUE = "m", "v"
"""The names of what is known of a result, and of the result itself."""

MAGIC = b"grcache\n"
FORMAT_VERSION = 1
PREFIX = b"gradio-cache-part"
FRONT = 64
"""Bytes before the body, which begins at a place for aligned memory."""

_FACTS = struct.Struct("<8sHHIQQ")
_DIGEST = 32


class Placed(Protocol):
    """Where a record belongs: the name of its shelf, and its key."""

    @property
    def shelf(self) -> str: ...
    @property
    def key(self) -> bytes: ...


def payload_part(view: str) -> str:
    """Names the part with the payload that a view shows."""
    return f"p:{view}"


def file_part(digest: bytes) -> str:
    """Names the part with the bytes of a file, by the digest of its content."""
    return f"f:{digest.hex()}"


def seal(place: Placed, part: str, body: Iterable[Buffer]) -> list[Buffer]:
    """Puts a front before a body that says what, where and how much it is."""
    pieces = [memoryview(piece).cast("B") for piece in body]
    facts = _facts(sum(piece.nbytes for piece in pieces))
    return [facts + _digest(place, part, facts, pieces), *pieces]


def open_part(place: Placed, part: str, content: Buffer) -> memoryview:
    """
    Finds the body of a part, as a view of its content. Raises BrokenRecordError if it
    is not what was sealed under this name, at this place, with the same secret.
    """
    whole = memoryview(content).cast("B")
    body = whole[FRONT:]
    facts = _facts(body.nbytes)
    if whole[: len(facts)] != facts:
        raise BrokenRecordError("a part of another format or size")
    expected = _digest(place, part, facts, [body])
    if not hmac.compare_digest(whole[len(facts) : FRONT], expected):
        raise BrokenRecordError("a part that is not what was written")
    return body


def _facts(size: int) -> bytes:
    """No flags are known yet, and nothing is in what is left for later."""
    return _FACTS.pack(MAGIC, FORMAT_VERSION, 0, 0, size, 0)


def _digest(
    place: Placed, part: str, facts: bytes, body: Iterable[memoryview]
) -> bytes:
    names = place.shelf.encode(), place.key, part.encode(), facts
    start = [PREFIX, *(len(name).to_bytes(8, "little") + name for name in names)]
    body = list(body)
    largest = max((piece.nbytes for piece in body), default=0)
    threads = threads_for(largest)
    if largest < LARGE:  # one call is faster than several
        start, body = [*start, *body], []
    hasher = blake3(b"".join(start), max_threads=threads, **_secret_key())
    for piece in body:
        hasher.update(piece)
    return hasher.digest(length=_DIGEST)


def _secret_key() -> dict[str, Any]:
    secret = os.environ.get(SECRET_VARIABLE)
    return {"key": _derived(secret)} if secret else {}


@functools.lru_cache(maxsize=1)
def _derived(secret: str) -> bytes:
    content = secret.encode("utf-8", "surrogateescape")
    return blake3(content, derive_key_context="gradio.caching 2026 parts").digest()
