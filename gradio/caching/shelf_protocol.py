"""What a cache in memory asks of what is behind it."""

from __future__ import annotations

from collections.abc import Callable, Collection
from typing import TYPE_CHECKING, Protocol

from gradio.caching.entry import Entry, Miss
from gradio.caching.keys import LastingKey

if TYPE_CHECKING:
    from gradio.caching.candidate import Candidate
    from gradio.caching.payloads import MakePayload, Payload
    from gradio.caching.stores.backing import Claim


class Shelf(Protocol):
    """What a function has in a store that outlives the process, by portable keys."""

    def key_of(self, make: Callable[[], bytes]) -> tuple[bytes, LastingKey | None]: ...
    def candidate(self, key: bytes) -> Candidate | None: ...
    def adopt(self, key: bytes, candidate: Candidate) -> bool: ...
    def take(self, key: bytes, candidate: Candidate) -> None: ...
    def begin(self, key: bytes) -> Claim | None: ...
    def catch_up(self) -> None: ...
    def look(self, key: bytes, candidate: Candidate | None = None) -> Entry | Miss: ...
    def keep(
        self,
        key: bytes,
        entry: Entry,
        claim: Claim,
        is_wanted: Callable[[], bool],
        replaces: bool = False,
    ) -> None: ...
    def replace(
        self, key: bytes, entry: Entry, is_latest: Callable[[], bool]
    ) -> None: ...
    def keep_payload(
        self,
        key: bytes,
        entry: Entry,
        size: int,
        make: MakePayload,
        is_wanted: Callable[[], bool],
    ) -> None: ...
    def look_for_payload(
        self, key: bytes, view: str, candidate: Candidate | None = None
    ) -> tuple[Entry | Miss, Payload | None]: ...
    def delete(self, key: bytes) -> bool: ...
    def clear(self) -> None: ...
    def when_cleared(self, forget: Callable[[], None]) -> None: ...
    def when_deleted(self, forget: Callable[[Collection[bytes]], None]) -> None: ...
