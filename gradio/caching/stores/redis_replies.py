"""Reads the replies of scripts, and trusts none of them."""

from __future__ import annotations

import math
import secrets
from collections.abc import Sequence
from typing import Any, NamedTuple

from gradio.caching.stores.backing import Absent, Buffer, Busy, Claim, Lead
from gradio.caching.stores.redis_link import ForeignReplyError


class Found(NamedTuple):
    """A record, its life, and its parts if they are not too long to come at once."""

    claim: Claim
    life: float
    contents: Sequence[Any] | None


def fresh() -> str:
    """Makes a name that no other gets."""
    return secrets.token_hex(8)


def text_of(reply: Any) -> str:
    """Reads a name. Raises ForeignReplyError."""
    if not isinstance(reply, bytes):
        raise ForeignReplyError
    return reply.decode("ascii", "replace")


def number_of(reply: Any) -> int:
    """Reads a number. Raises ForeignReplyError."""
    try:
        return int(reply)
    except (TypeError, ValueError):
        raise ForeignReplyError from None


def noted_in(reply: Any) -> tuple[str, int]:
    """Reads a deletion's incarnation and number. Raises ForeignReplyError."""
    if not isinstance(reply, list) or len(reply) != 2:
        raise ForeignReplyError
    return text_of(reply[0]), number_of(reply[1])


def look_of(reply: Any, name: str, token: bytes) -> Any:
    """
    Reads what was found, or who may compute. Raises ForeignReplyError for what is no
    reply to the question of this name: the connection may give those of others.
    """
    try:
        given, kind, generation, number, *rest = reply
        if given != name.encode():
            raise ForeignReplyError
        claim = Claim(generation.decode("ascii"), int(number), token)
        return _KINDS[kind](claim, rest)
    except (AttributeError, IndexError, KeyError, TypeError, ValueError) as error:
        raise ForeignReplyError from error


def contents_of(
    names: Sequence[str], contents: Sequence[Any], most: int
) -> dict[str, Buffer]:
    """Names the parts that are there, but for those that are too long."""
    pairs = zip(names, contents, strict=True)
    return {
        name: content
        for name, content in pairs
        if isinstance(content, bytes) and len(content) <= most
    }


def _found(claim: Claim, rest: list[Any]) -> Found:
    left = int(rest[0])
    life = math.inf if left < 0 else left / 1000
    contents = rest[1] if len(rest) > 1 else None
    if not isinstance(contents, (list, type(None))):
        raise ForeignReplyError
    return Found(claim._replace(token=b""), life, contents)


_KINDS: dict[bytes, Any] = {
    b"hit": _found,
    b"lead": lambda claim, _: Lead(claim),
    b"busy": lambda claim, rest: Busy(claim._replace(token=b""), int(rest[0]) / 1000),
    b"absent": lambda claim, _: Absent(claim._replace(token=b"")),
}
