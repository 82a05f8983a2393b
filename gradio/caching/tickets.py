"""
Where the result of one call belongs, also when that was found out before the call.
"""

from __future__ import annotations

from collections.abc import Callable
from contextvars import ContextVar
from typing import Any, NamedTuple

from gradio.caching.namespace import Namespace
from gradio.caching.shelf import Shelf

Args = tuple[Any, ...]


class Ticket(NamedTuple):
    """Where the result of one call is looked up and stored."""

    namespace: Namespace
    key: bytes
    clearing: int


class Handed:
    """
    A ticket that was made before a run, and is handed to it so that its inputs are not
    hashed twice. Good for one call.
    """

    def __init__(self, shelf: Shelf, inputs: list[Any], ticket: Ticket) -> None:
        self._shelf = shelf
        self._inputs: list[Any] | None = inputs
        self._ticket = ticket

    def take(self, shelf: Shelf, args: Args) -> Ticket | None:
        """Gives the ticket, if it was made for a call of these arguments."""
        if shelf is not self._shelf or self._inputs is None:
            return None
        given, self._inputs = set(map(id, self._inputs)), None
        return self._ticket if given <= set(map(id, args)) else None

    def void(self) -> None:
        """Gives no ticket any more, and frees the inputs."""
        self._inputs = None

    def withholds(self, shelf: Shelf) -> bool:  # noqa: ARG002
        """Never: there is a ticket."""
        return False

    def note(self, shelf: Shelf, ticket: Ticket) -> None:
        """Is told of a ticket that was made in the run; it has one already."""


class Awaited:
    """
    Learns the ticket that the first call in a run makes, as none was made before it.
    """

    def __init__(self, shelf: Shelf, learn: Callable[[Ticket], None]) -> None:
        self._shelf = shelf
        self._learn: Callable[[Ticket], None] | None = learn

    def take(self, shelf: Shelf, args: Args) -> None:
        """Has no ticket to give."""

    def withholds(self, shelf: Shelf) -> bool:  # noqa: ARG002
        """Never: a ticket is awaited."""
        return False

    def note(self, shelf: Shelf, ticket: Ticket) -> None:
        """Is told of a ticket that was made in the run."""
        learn, self._learn = self._learn, None
        if learn is not None and shelf is self._shelf:
            learn(ticket)


class Withheld:
    """
    Lets the first call in a run go uncached, as making its key would hold up others.
    """

    def __init__(self, shelf: Shelf) -> None:
        self._shelf: Shelf | None = shelf

    def take(self, shelf: Shelf, args: Args) -> None:
        """Has no ticket to give."""

    def withholds(self, shelf: Shelf) -> bool:
        """Tells whether a call is the one that goes uncached."""
        is_first = shelf is self._shelf
        if is_first:
            self._shelf = None
        return is_first

    def note(self, shelf: Shelf, ticket: Ticket) -> None:
        """Is told of a ticket that was made in the run; nobody wants it."""


HANDED: ContextVar[Handed | Awaited | Withheld | None] = ContextVar(
    "handed", default=None
)
"""What the current event was handed."""
