"""
Inputs that were preprocessed for a lookup and are handed to the run that follows a
miss.
"""

from __future__ import annotations

from typing import Any

from gradio.caching.tickets import HANDED, Handed

MOST_BYTES = 256 * 2**20


class Preprocessed(list):
    """
    A payload that carries its preprocessed form.
    Parameters:
        payload: the raw payload, which it is still.
        values: what it was preprocessed to.
        handed: the ticket of the call that they make.
        budget: what the values count in until they are taken or dropped.
        size: bytes of the values.
    """

    def __init__(
        self,
        payload: list[Any],
        values: list[Any],
        handed: Handed | None,
        budget: Budget,
        size: int,
    ) -> None:
        super().__init__(payload)
        self._values: list[Any] | None = values
        self._handed = handed
        self._budget = budget
        self._size = size

    def take(self) -> list[Any] | None:
        """
        Returns:
            The preprocessed values the first time, later None.
        """
        values, self._values = self._values, None
        if values is not None:
            self._budget.used -= self._size
            HANDED.set(self._handed)
        return values

    def drop(self) -> None:
        """Frees the values of an event that will not run."""
        if self._values is not None:
            self._values = None
            self._budget.used -= self._size


class Budget:
    """
    The bytes that waiting events may hold in preprocessed form. For one event loop.
    Parameters:
        limit: most bytes.
    """

    def __init__(self, limit: int = MOST_BYTES) -> None:
        self.limit = limit
        self.used = 0

    def pack(
        self,
        payload: list[Any],
        values: list[Any],
        handed: Handed | None,
        size: int,
    ) -> list[Any]:
        """
        Parameters:
            payload: the raw payload of an event.
            values: what it was preprocessed to.
            handed: the ticket of the call that they make.
            size: bytes of the values.
        Returns:
            The payload, with its values if they fit.
        """
        if self.used + size > self.limit:
            return payload
        self.used += size
        return Preprocessed(payload, values, handed, self, size)


def preprocessed(payload: Any) -> list[Any] | None:
    """
    Parameters:
        payload: the inputs of an event.
    Returns:
        What they were preprocessed to already, or None.
    """
    return payload.take() if isinstance(payload, Preprocessed) else None


def drop(payload: Any) -> None:
    """
    Parameters:
        payload: the inputs of an event that will not run, or has run.
    """
    if isinstance(payload, Preprocessed):
        payload.drop()
