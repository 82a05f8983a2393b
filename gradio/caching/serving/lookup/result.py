"""What a look-up told of an event."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from gradio.caching.entry import MISS, Entry, Miss
from gradio.caching.keys import CacheKey, Call
from gradio.caching.serving.lookup.preprocessed import Reservation

if TYPE_CHECKING:
    from gradio.caching.candidate import Candidate


@dataclass(frozen=True, slots=True)
class LookupResult:
    """What a lookup told. As a context, it gives back at the end what is reserved."""

    key: CacheKey | None
    entry: Entry | Miss
    values: Mapping[int, Any]
    inputs: list[Any] | None
    values_size: int = 0
    reservation: Reservation | None = None
    arguments: Sequence[Any] = ()
    call: Call = Call()
    seconds: float = 0.0
    response: Any = None
    """What was sent for an equal event, if that is what was found."""
    is_withheld: bool = False
    candidate: Candidate | None = None
    """Who asked to compute it for all processes, and may have a lease."""

    @property
    def is_busy(self) -> bool:
        """Whether another process computes it."""
        return self.candidate is not None and self.candidate.is_busy

    def __enter__(self) -> LookupResult:
        return self

    def __exit__(self, *_: object) -> None:
        if self.reservation is not None:
            self.reservation.release()
        if self.candidate is not None:
            self.candidate.withdraw()


NOT_FOUND = LookupResult(None, MISS, {}, None)
WITHHELD = LookupResult(None, MISS, {}, None, is_withheld=True)
