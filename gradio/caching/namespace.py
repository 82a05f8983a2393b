"""Whose entries: everybody's, one session's, or nobody's."""

from __future__ import annotations

from typing import Final


class Namespace:
    """
    A part of a store that sees no other part. Compared by identity, so that no choice
    of names lets one namespace reach into another; it lives as long as something holds
    it.
    Parameters:
        name: for people who debug.
        ended: True when nothing may be stored in it any more.
    """

    __slots__ = ("__weakref__", "ended", "name")

    def __init__(self, name: str, ended: bool = False) -> None:
        self.name = name
        self.ended = ended

    def __repr__(self) -> str:
        return f"Namespace({self.name!r}, ended={self.ended})"


SHARED: Final = Namespace("shared")
"""The namespace of everybody."""


def nobody() -> Namespace:
    """
    Returns:
        A namespace in which nothing is ever found or kept, for a caller without a
        session.
    """
    return Namespace("nobody", ended=True)
