"""Inputs that were preprocessed for a lookup and are handed to the run that follows a miss."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from gradio.block_function import BlockFunction

MOST_BYTES = 256 * 2**20


class Preprocessed(list):
    """
    A payload that carries its preprocessed form.
    Parameters:
        payload: the raw payload, which it is still.
        values: what it was preprocessed to.
        budget: what the values count in until they are taken or dropped.
        size: bytes of the values.
    """

    def __init__(
        self, payload: list[Any], values: list[Any], budget: Budget, size: int
    ) -> None:
        super().__init__(payload)
        self._values: list[Any] | None = values
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
        return values

    def __del__(self) -> None:
        self.take()


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
        self, fn: BlockFunction, payload: list[Any], values: list[Any], size: int
    ) -> list[Any]:
        """
        Parameters:
            fn: the event listener.
            payload: the raw payload of an event.
            values: what it was preprocessed to.
            size: bytes of the values.
        Returns:
            The payload, with its values if they fit and can't have changed when they are used.
        """
        # A state may change while the event waits.
        changes = any(block.stateful for block in fn.inputs)
        if changes or self.used + size > self.limit:
            return payload
        self.used += size
        return Preprocessed(payload, values, self, size)


def preprocessed(payload: Any) -> list[Any] | None:
    """
    Parameters:
        payload: the inputs of an event.
    Returns:
        What they were preprocessed to already, or None.
    """
    return payload.take() if isinstance(payload, Preprocessed) else None
