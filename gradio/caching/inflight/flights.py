"""Single-flight: one computation per key, however many ask for it at the same time."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Generator, Hashable
from concurrent.futures import Future
from contextvars import ContextVar
from enum import Enum, auto
from typing import Any, Generic, TypeVar

from gradio.caching.forks import in_child, new_lock
from gradio.caching.inflight.own_errors import own_error

T = TypeVar("T")


class Outcome(Enum):
    """How a flight can end without a result for its followers."""

    ABANDONED = auto()
    """The leader was cancelled; the next one to ask computes."""
    UNSHARED = auto()
    """The result can't be shared; each follower computes its own."""


class Flight(Generic[T]):
    """One computation under way. Made by `Flights.join` alone."""

    def __init__(self, key: Hashable) -> None:
        self.key = key
        self.result: Future[T | Outcome] = Future()
        self.waits_for: list[Flight[Any]] = []
        self.is_followed = False


_led: ContextVar[tuple[Flight[Any], ...]] = ContextVar("led", default=())
# One lock for all tables: waiting is looked for across the flights of every cache.
# Re-entrant, as the collector may end an abandoned computation at any allocation.
_lock = new_lock()


# Those that other processes wait for, too.
_for_all: set[Flight[Any]] = set()


def lead_all_processes(flight: Flight[Any]) -> None:
    """Notes that other processes wait for a flight, too."""
    with _lock:
        _for_all.add(flight)


def holds_up_others() -> bool:
    """
    Tells whether other processes wait for the caller, or for whom it is waited by here.
    """
    own = _led.get()
    with _lock:
        return any(_waits_for_any(flight, own) for flight in _for_all)


def lead_nothing() -> None:
    """Lets what comes in this context be waited for by nobody's followers."""
    _led.set(())


class Flights(Generic[T]):
    """
    The computations under way of one cache, by key. Thread-safe, for threads and event
    loops alike; holds nothing of a computation that has ended.
    """

    def __init__(self) -> None:
        self._flights: dict[Hashable, Flight[T]] = {}
        in_child(self._forget)

    def join(self, key: Hashable) -> tuple[Flight[T] | None, bool]:
        """
        Returns the flight, which is None if it waits for the caller itself, and whether
        the caller leads it; who does not must call `follow`, or compute alone.
        """
        with _lock:
            flight = self._flights.get(key)
            if flight is None:
                flight = self._flights[key] = Flight(key)
                return flight, True
            own = _led.get()
            if _waits_for_any(flight, own):
                return None, False
            # In the same breath as the look-up: two that looked first and recorded
            # later could end up waiting for each other.
            for led in own:
                led.waits_for.append(flight)
            flight.is_followed = True
            return flight, False

    def keys(self) -> list[Hashable]:
        """Lists what is under way."""
        with _lock:
            return list(self._flights)

    @contextlib.contextmanager
    def lead(self, flight: Flight[T]) -> Generator[None]:
        """
        Surrounds the computation of the leader. When it ends without `resolve`, by an
        exception, the followers get copies of it; when it was cancelled, they try
        again.
        """
        token = _led.set((*_led.get(), flight))
        try:
            yield
        except Exception as error:
            self._end(flight)
            # As it is now: the leader's caller may change it before they look.
            kept = own_error(error) if flight.is_followed else error
            flight.result.set_exception(kept)
            raise
        except BaseException:
            self.resolve(flight, Outcome.ABANDONED)
            raise
        finally:
            # The collector may end an abandoned computation in another context.
            with contextlib.suppress(ValueError):
                _led.reset(token)
            if not flight.result.done():
                self.resolve(flight, Outcome.UNSHARED)

    def resolve(self, flight: Flight[T], result: T | Outcome) -> None:
        """Gives the followers the result."""
        self._end(flight)
        flight.result.set_result(result)

    def _end(self, flight: Flight[T]) -> None:
        with _lock:
            if _for_all:
                _for_all.discard(flight)
            if self._flights.get(flight.key) is flight:
                del self._flights[flight.key]

    def _forget(self) -> None:
        """In a forked child nobody computes, or only for itself: who forked."""
        flights, self._flights = self._flights, {}
        _for_all.difference_update(flights.values())
        for flight in flights.values():
            # Its lock may have been held by a follower.
            flight.result = Future()


def follow(flight: Flight[T]) -> T | Outcome:
    """Waits in a thread. Raises what the leader raised, as an error of its own."""
    with _until_resolved(flight):
        if (error := flight.result.exception()) is not None:
            raise own_error(error)
        return flight.result.result()


async def follow_async(flight: Flight[T]) -> T | Outcome:
    """Waits in an event loop. Raises what the leader raised, as one of its own."""
    with _until_resolved(flight):
        waiter = asyncio.wrap_future(flight.result)
        waiter.add_done_callback(_retrieve_exception)
        # A follower that is cancelled must not cancel the leader's future.
        await asyncio.wait([waiter])
        if (error := waiter.exception()) is not None:
            raise own_error(error)
        return waiter.result()


def _retrieve_exception(waiter: asyncio.Future[Any]) -> None:
    """Keeps asyncio from reporting an error that a cancelled follower did not fetch."""
    if not waiter.cancelled():
        waiter.exception()


@contextlib.contextmanager
def _until_resolved(flight: Flight[Any]) -> Generator[None]:
    try:
        yield
    finally:
        with _lock:
            for led in _led.get():
                led.waits_for.remove(flight)


def _waits_for_any(flight: Flight[Any], targets: tuple[Flight[Any], ...]) -> bool:
    todo, seen = [flight], set()
    while todo:
        current = todo.pop()
        if current in targets:
            return True
        if current not in seen:
            seen.add(current)
            todo.extend(current.waits_for)
    return False
