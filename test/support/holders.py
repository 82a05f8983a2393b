"""Objects that hold anything."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any


@dataclass
class Box:
    content: Any
    parent: Any = field(default=None, repr=False)


@dataclass(frozen=True)
class Frozen:
    content: Any


class Cells:
    __slots__ = ("__weakref__", "_b", "a")

    def __init__(self, a: Any, b: Any) -> None:
        self.a = a
        self._b = b
