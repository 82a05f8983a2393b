"""The read-through behind every cached function: look up, join, compute, store."""

from __future__ import annotations

import time
from collections.abc import Callable, Generator
from functools import partial
from typing import Any, Final, NamedTuple

from gradio.caching import files
from gradio.caching.context import sessions, toasts
from gradio.caching.context.event_files import expect, files_of_result, note_result
from gradio.caching.context.rendering import drawn
from gradio.caching.context.types import UnsharedError
from gradio.caching.context.unrepeated import Unrepeated
from gradio.caching.entry import ENTRY_BYTES, MISS, Entry, Miss, Recording
from gradio.caching.errors import (
    UncopyableError,
    UnkeyableError,
    is_caused_by,
    log_failure_once,
    warn_once,
)
from gradio.caching.inflight.flights import Flight, Outcome
from gradio.caching.keys import CallKeys
from gradio.caching.offload import QUICK_BYTES
from gradio.caching.shelf import Shelf
from gradio.caching.sizing import size_of
from gradio.caching.snapshot import copier, share, snapshot
from gradio.caching.tickets import HANDED, Args, Ticket

Kwargs = dict[str, Any]
_FEW_FILES = 8
SLOW: Final = object()
"""Stands for a result that takes long to give out."""


class Work(NamedTuple):
    """Something to do whose cost grows with a value: in a thread, if it is much."""

    value: Any
    do: Callable[[], Any]


# What a read-through asks of its driver: to wait for a flight, to do some work, or, if
# None, to compute.
Step = Flight[Entry] | Work | None
ReadThrough = Generator[Step, Any, Any]


# A recording is made of private copies already.
copier.register(Recording, share)


class Engine:
    """Answers the calls of one function. Thread-safe, also for event loops."""

    def __init__(self, fn: Callable[..., Any], keys: CallKeys, shelf: Shelf) -> None:
        self.fn = fn
        self.keys = keys
        self.shelf = shelf
        self.name = getattr(fn, "__qualname__", type(fn).__qualname__)
        self._unrepeated = Unrepeated(self.name)
        expect()

    def ticket(self, args: Args, kwargs: Kwargs) -> Ticket | None:
        """Finds where a result belongs, None if the call must run uncached."""
        handed = HANDED.get()
        ticket = None if handed is None else handed.take(self.shelf, args)
        if ticket is not None and not self.keys.were_replaced:
            return ticket
        subject = self.keys.subject(args, kwargs)
        if subject is None or (handed and handed.withholds(self.shelf)):
            return None
        try:
            key = self.keys.digest(subject)
            if self._unrepeated.watches:
                self._unrepeated.note(subject, key, self.keys.digest)
            namespace = sessions.namespace(self.shelf.settings.per_session)
            ticket = Ticket(namespace, key, self.shelf.clearings_of(namespace))
            if handed is not None:
                handed.note(self.shelf, ticket)
            return ticket
        except UnkeyableError as error:
            self._warn_of_unkeyable(error)
        except Exception as error:
            log_failure_once("making a key", error)
        return None

    def state(self) -> bytes | None:
        """Digests what results depend on besides arguments, None if it can't change."""
        try:
            return self.keys.state()
        except Exception as error:
            log_failure_once("looking at defaults", error)
            return None

    def lookup(self, ticket: Ticket) -> Entry | Miss:
        """Finds an entry, or MISS, also when a file that it names changed."""
        try:
            found = self.shelf.store.get(ticket.namespace, ticket.key)
            if found is MISS or (found.files and not files.unchanged(found.files)):
                return MISS
            return found
        except Exception as error:
            log_failure_once("looking up an entry", error)
            return MISS

    def recall_if_quick(self, ticket: Ticket) -> Any:
        """As `recall`, but SLOW for a large result or one that names many files."""
        try:
            found = self.shelf.store.get(ticket.namespace, ticket.key)
        except Exception as error:
            log_failure_once("looking up an entry", error)
            return MISS
        if found is MISS:
            return MISS
        if found.size > QUICK_BYTES or len(found.files) > _FEW_FILES:
            return SLOW
        return self.recall(ticket) if found.files else self._given_out(found)

    def recall(self, ticket: Ticket) -> Any:
        """Copies a result for its caller; MISS also if it can't be copied."""
        found = self.lookup(ticket)
        return MISS if found is MISS else self._given_out(found)

    def keep(
        self, ticket: Ticket, value: Any, seconds: float, told: list[toasts.Toast]
    ) -> Entry | None:
        """Stores a result unless it is late; None only if it can't be copied."""
        self.shelf.uncached.add(seconds)
        try:
            kept = snapshot(value)
            named = files_of_result(kept)
            size = ENTRY_BYTES + size_of(kept) + size_of(named) + size_of(told)
            entry = Entry(kept, size, files=named, toasts=tuple(told))
            note_result(entry)
            self.restore(ticket, entry)
            return entry
        except UncopyableError as error:
            self.warn_of_uncopyable(error)
        except Exception as error:
            log_failure_once("storing a result", error)
        return None

    def keep_if_same(
        self, state: bytes | None, ticket: Ticket, *result: Any
    ) -> Entry | None:
        """Stores a result, if `state` still returns what it did before the run."""
        return self.keep(ticket, *result) if state == self.state() else None

    def restore(self, ticket: Ticket, entry: Entry) -> None:
        """Puts an entry into the store, or again when its size has changed."""
        self.shelf.put(ticket.namespace, ticket.key, entry, ticket.clearing)

    def private(self, value: Any) -> Any:
        """Copies a value. Raises UncopyableError, also for a failure in copying."""
        try:
            return snapshot(value)
        except UncopyableError as error:
            self.warn_of_uncopyable(error)
            raise
        except Exception as error:
            log_failure_once("copying a result", error)
            raise UncopyableError(str(error)) from error

    def note_hit(self, entry: Entry) -> None:
        """Lets the current event, if any, know that a cached result is used in it."""
        sessions.note_hit(self.shelf)
        note_result(entry)
        if entry.toasts:
            toasts.raise_again(entry.toasts)

    def warn_of_uncopyable(self, error: UncopyableError) -> None:
        """Says why a result can't be copied."""
        warn_once(
            (self.name, "result"),
            f"The result of {self.name}() is not cached: {error}. "
            "Return a value that can be copied, such as a list instead of an iterator.",
        )

    def _warn_of_unkeyable(self, error: UnkeyableError) -> None:
        if not is_caused_by(error, UnsharedError):
            self._warn(
                str(error),
                f"A call of {self.name}() runs uncached, as no key can be made of "
                f"{error}. Pass key= to gr.cache, a function that takes the dict of "
                "arguments and returns what the result depends on.",
            )

    def _warn_of_drawing(self) -> None:
        cure = "Put what takes its time into a function of its own, and cache that."
        message = f"{self.name}() is not cached, as it adds components to the page. "
        self._warn("drawing", message + cure)

    def _warn(self, about: str, message: str) -> None:
        warn_once((self.name, about), message)

    def read_through(self, ticket: Ticket) -> ReadThrough:
        """
        The one way to a result, for functions and coroutine functions alike: it yields
        what its driver is to do, and returns the result.
        """
        while True:
            found = self.lookup(ticket)
            if found is MISS:
                boarding = self.shelf.flights.join(ticket)
                if boarding.flight is None:
                    return (yield None)
                if boarding.leads:
                    return (yield from self._lead(ticket, boarding.flight))
                found = yield boarding.flight
            if isinstance(found, Entry):
                return (yield from self._hit(found))
            if found is Outcome.UNSHARED:
                return (yield None)

    def _hit(self, entry: Entry) -> ReadThrough:
        value = yield Work(entry.value, partial(self._given_out, entry))
        return (yield None) if value is MISS else value

    def _given_out(self, entry: Entry) -> Any:
        try:
            value = self.private(entry.value)
        except UncopyableError:
            return MISS
        self.note_hit(entry)
        return value

    def _lead(self, ticket: Ticket, flight: Flight[Entry]) -> ReadThrough:
        with self.shelf.flights.leading(flight):
            # Another leader may have landed since this one looked.
            found = self.lookup(ticket)
            if found is not MISS:
                self.shelf.flights.land(flight, found)
                return (yield from self._hit(found))
            started, told, before = time.perf_counter(), [], drawn()
            state = self.state()
            with toasts.catching(told):
                result = yield None
            if drawn() != before:
                self._warn_of_drawing()
                return result
            seconds = time.perf_counter() - started
            keep = partial(self.keep_if_same, state, ticket)
            entry = yield Work(result, partial(keep, result, seconds, told))
            # After it is stored: who comes now finds either the flight or the entry.
            self.shelf.flights.land(flight, entry or Outcome.UNSHARED)
            return result
