"""What was forgotten here and is yet to be told to the server, which may be away."""

from __future__ import annotations

import itertools
from typing import NamedTuple

from gradio.caching.forks import new_lock
from gradio.caching.stores.backing import Place

_MOST_PLACES = 10_000


class Untold(NamedTuple):
    """A shelf or a place; one that is not gone was but replaced."""

    subject: str | Place
    is_gone: bool
    turn: int


class Backlog:
    """
    Shelves and places of which nothing is to be read before the server knows that they
    were forgotten. Thread-safe, bounded: instead of too many places, their shelves are
    forgotten.
    """

    def __init__(self) -> None:
        self._untold: dict[str | Place, Untold] = {}
        self._turns = itertools.count()
        self._lock = new_lock()

    def add(self, subject: str | Place, is_gone: bool = True) -> Untold:
        """Remembers a shelf, or a place."""
        with self._lock:
            earlier = self._untold.get(subject)
            is_gone |= earlier is not None and earlier.is_gone
            added = Untold(subject, is_gone, next(self._turns))
            self._untold[subject] = added
            if len(self._untold) > _MOST_PLACES:
                shelves = {_shelf_of(subject) for subject in self._untold}
                self._untold.clear()
                for shelf in shelves:
                    self._untold[shelf] = Untold(shelf, True, next(self._turns))
            return added

    def done(self, told: Untold) -> None:
        """Forgets what has been told, unless it was added again meanwhile."""
        with self._lock:
            if self._untold.get(told.subject) == told:
                del self._untold[told.subject]

    def of(self, place: Place) -> list[Untold]:
        """Lists what keeps a place from being read."""
        subjects: tuple[str | Place, ...] = place.shelf, place
        found = map(self._untold.get, subjects)
        return [untold for untold in found if untold is not None]

    def all(self) -> list[Untold]:
        """Lists all."""
        with self._lock:
            return list(self._untold.values())


def _shelf_of(subject: str | Place) -> str:
    return subject.shelf if isinstance(subject, Place) else subject
