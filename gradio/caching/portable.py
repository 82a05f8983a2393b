"""
Whether a key means the same in every process: noted by those who know, while it is
made, and only if somebody asks.
"""

from __future__ import annotations

from collections.abc import Generator
from contextlib import contextmanager
from contextvars import ContextVar
from types import FunctionType, ModuleType
from typing import Any

_OF_PROGRAM = (FunctionType, ModuleType, type)


class Notes:
    """
    What a key depends on that its bytes do not tell: which parts of the program, and
    what is of this process alone. Not thread-safe.
    """

    __slots__ = ("obstacle", "parts")

    def __init__(self) -> None:
        self.obstacle: str | None = None
        self.parts: dict[int, Any] = {}

    def see(self, value: Any) -> None:
        """Notes the class of a value in the key, and the value if it is code."""
        kind = type(value)
        self.parts[id(kind)] = kind
        if isinstance(value, _OF_PROGRAM):
            self.parts[id(value)] = value


_NOTES: ContextVar[Notes | None] = ContextVar("notes", default=None)


@contextmanager
def taking_notes() -> Generator[Notes, None, None]:
    """Has notes taken of all keys that are made meanwhile in this thread."""
    notes = Notes()
    token = _NOTES.set(notes)
    try:
        yield notes
    finally:
        _NOTES.reset(token)


def current_notes() -> Notes | None:
    """Returns the notes that are being taken, if any are."""
    return _NOTES.get()


def note_obstacle(what: str) -> None:
    """Notes that a key holds something that no other process means by it."""
    notes = _NOTES.get()
    if notes is not None and notes.obstacle is None:
        notes.obstacle = what
