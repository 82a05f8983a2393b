"""What earlier requests told about the requests that are equal to them."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from gradio.caching.keys import CacheKey
from gradio.caching.sizing import size_of

_MOST = 16_384
_MOST_BYTES = 8 * 2**20

KNOWN_BYTES = 500
"""What is held of a request besides the values of its inputs."""


@dataclass(frozen=True, slots=True)
class KnownRequest:
    """What an equal request told."""

    key: CacheKey
    values: Mapping[int, Any]
    size: int | None = None
    shown: Any = None
    """What answers it that is not in the memory of its function, if that is small."""


class RequestIndex:
    """Bounded: what was not asked for longest is forgotten. For one event loop."""

    def __init__(self, limit: int = _MOST, byte_limit: int = _MOST_BYTES) -> None:
        self._limit = limit
        self._byte_limit = byte_limit
        self._bytes = 0
        self._known: OrderedDict[bytes, tuple[KnownRequest, int]] = OrderedDict()

    def get(self, digest: bytes | None) -> KnownRequest | None:
        """Returns what is known of a request, by its digest if it has one."""
        if digest is None or digest not in self._known:
            return None
        self._known.move_to_end(digest)
        return self._known[digest][0]

    def add(self, digest: bytes | None, known: KnownRequest) -> None:
        """Keeps what was found out about a request, by its digest if it has one."""
        if digest is None:
            return
        size = size_of(known.values) if known.size is None else known.size
        size += KNOWN_BYTES
        self._bytes += size - self._known.pop(digest, (known, 0))[1]
        self._known[digest] = known, size
        while len(self._known) > self._limit or self._bytes > self._byte_limit:
            self._bytes -= self._known.popitem(last=False)[1][1]
