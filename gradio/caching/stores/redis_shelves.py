"""What is known here of the shelves on a server."""

from __future__ import annotations

from collections import deque

from gradio.caching.forks import new_lock

_MOST_OWN = 1000


class RedisShelves:
    """
    The last known generations, and the deletions of this process itself. Thread-safe.
    """

    def __init__(self) -> None:
        self._generations: dict[str, str] = {}
        self._own: dict[str, deque[tuple[str, int]]] = {}
        self.turn = new_lock()
        """Held from a deletion until it is noted as its own."""

    def generation(self, shelf: str) -> str:
        """Tells the last known generation; empty if none is."""
        return self._generations.get(shelf, "")

    def learn(self, shelf: str, generation: str) -> None:
        """Is told of the generation that a reply spoke of."""
        self._generations[shelf] = generation

    def add_own(self, shelf: str, incarnation: str, number: int) -> None:
        """Notes which deletion is not to be told to this process."""
        own = self._own.setdefault(shelf, deque(maxlen=_MOST_OWN))
        own.append((incarnation, number))

    def is_own(self, shelf: str, incarnation: str, number: int) -> bool:
        """Tells whether a deletion is one of this process."""
        # On a server without a clock, a shelf that was lost gives its numbers again.
        return (incarnation, number) in self._own.get(shelf, ())
