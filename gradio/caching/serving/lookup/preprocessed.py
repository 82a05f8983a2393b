"""
Inputs that were preprocessed for a lookup and are handed to the run that follows a
miss, and the memory that they may take.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from gradio.caching.keys import (
    PRECOMPUTED_KEY,
    AwaitedKey,
    PrecomputedKey,
    RenewedKey,
    WithheldKey,
)

if TYPE_CHECKING:
    from gradio.data_classes import PredictBodyInternal

MOST_BYTES = 256 * 2**20


class Reservation:
    """A part of a budget, for the inputs of one event. For one event loop."""

    def __init__(self, budget: ByteBudget, size: int) -> None:
        self._budget = budget
        self._size = size
        self._held = True
        budget.used += size

    def settle(self, size: int) -> None:
        """Corrects an estimate to the bytes that were needed, be it more or less."""
        if self._held:
            self._budget.used += size - self._size
            self._size = size

    def pass_on(self) -> Reservation:
        """Returns a reservation of the same bytes; this one is over."""
        self.release()
        return Reservation(self._budget, self._size)

    def release(self) -> None:
        """Gives back what is reserved; the second time, nothing."""
        if self._held:
            self._held = False
            self._budget.used -= self._size


class ByteBudget:
    """
    The bytes that inputs may take which are being preprocessed ahead of the queue, or
    wait in it in that form. For one event loop.
    """

    def __init__(self, limit: int | None = None) -> None:
        self.limit = MOST_BYTES if limit is None else limit
        self.used = 0

    def reserve(self, size: int) -> Reservation | None:
        """Reserves bytes, or none of them if they are more than there are left."""
        if self.used + size > self.limit:
            return None
        return Reservation(self, size)


class PreprocessedPayload(list):
    """A payload that carries its preprocessed form."""

    def __init__(
        self,
        payload: list[Any],
        values: list[Any],
        key: PrecomputedKey | None,
        reservation: Reservation,
    ) -> None:
        super().__init__(payload)
        self._values: list[Any] | None = values
        self._key = key
        self._reservation = reservation

    def take(self) -> list[Any] | None:
        """Gives the preprocessed values the first time, later None."""
        values, self._values = self._values, None
        self._reservation.release()
        if values is not None:
            PRECOMPUTED_KEY.set(self._key)
        return values

    def drop(self) -> None:
        """Frees the values of an event that will not run, or has run."""
        self._values = None
        self._reservation.release()
        if self._key is not None:
            self._key.void()


class UnprocessedPayload(list):
    """A payload that was not preprocessed ahead."""

    def __init__(
        self, payload: list[Any], key: AwaitedKey | WithheldKey | RenewedKey
    ) -> None:
        super().__init__(payload)
        self.key = key


def preprocessed(payload: Any) -> list[Any] | None:
    """Finds what the inputs of an event were preprocessed to already, if they were."""
    if isinstance(payload, UnprocessedPayload):
        PRECOMPUTED_KEY.set(payload.key)
    return payload.take() if isinstance(payload, PreprocessedPayload) else None


def drop(body: PredictBodyInternal) -> None:
    """Forgets the preprocessed inputs of an event that is to preprocess them anew."""
    if isinstance(body.data, PreprocessedPayload):
        body.data.drop()


def restore(body: PredictBodyInternal) -> None:
    """Leaves an event that will not run, or has run, the payload that it came with."""
    drop(body)
    if isinstance(body.data, (PreprocessedPayload, UnprocessedPayload)):
        body.data = list(body.data)
