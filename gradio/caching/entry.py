"""What a store keeps: entries, the recordings of generators, and the sign of a miss."""

from __future__ import annotations

import enum
from dataclasses import dataclass
from typing import Any, Final

from gradio.caching import ages
from gradio.caching.ages import Ages
from gradio.caching.life import LIFE_BYTES, Life

# Seconds. Clocks of several processes tell no less.
_MOMENT = 0.5


class Miss(enum.Enum):
    """The type of `MISS`, which a lookup returns when there is no entry."""

    MISS = enum.auto()


MISS: Final = Miss.MISS


def entries_in_words(count: int) -> str:
    """Says a number of entries in words, for example "1 entry"."""
    return f"{count} {'entry' if count == 1 else 'entries'}"


ENTRY_BYTES = 440
"""What a store holds of an entry besides its value: its key, place and own fields."""


@dataclass(frozen=True, slots=True)
class Recording:
    """All that a generator gave: what it yielded, in order, and what it returned."""

    yields: tuple[Any, ...]
    returned: Any = None


@dataclass(frozen=True, slots=True)
class FileStamp:
    """
    A file as it was found at a path: it has changed when any of these differ.
    Times are in nanoseconds; the content's digest is there if they may not tell enough.
    """

    path: str
    size: int
    mtime_ns: int
    ctime_ns: int
    inode: int
    content: bytes | None = None


class _Referable:
    """What can be referred to weakly; `dataclass` has no word for it in Python 3.10."""

    __slots__ = ("__weakref__",)


@dataclass(slots=True, eq=False)
class Entry(_Referable):
    """One stored result; `held` and `used` are its store's, of which it is in one."""

    value: Any
    size: int
    label: Any = None
    fixed_label: bool = False
    files: tuple[FileStamp, ...] = ()
    toasts: tuple[Any, ...] = ()
    seconds: float = 0.0
    life: Life | None = None
    held: int = 0
    used: int = 0
    _responses: dict[Any, Any] | None = None

    @property
    def responses(self) -> dict[Any, Any]:
        """What events showed of it, made when it is asked for first."""
        if self._responses is None:
            self._responses = {}
        return self._responses

    @property
    def has_extras(self) -> bool:
        """Whether it is more than a value, its label, and how long that took."""
        if self.files or self.toasts or self._responses:
            return True
        return self.life is not None

    @property
    def is_over(self) -> bool:
        """Whether it is too old to be given at all."""
        return self.life is not None and self.life.is_over

    def grow_old(self, limits: Ages | None, born: float | None = None) -> None:
        """Begins its life, if there are limits: now, or when its run began."""
        if limits is not None:
            self.life = Life(limits, ages.clock() if born is None else born)
            self.size += LIFE_BYTES


def is_younger(one: Entry, other: Entry) -> bool:
    """Tells whether an entry is of a later run than another, as far as clocks tell."""
    if one.life is None or other.life is None:
        return False
    return one.life.fresh_until > other.life.fresh_until + _MOMENT
