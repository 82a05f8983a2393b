"""The streams under way of a cache, and how many ride each."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from typing import Generic, Protocol, TypeVar

from gradio.caching.forks import in_child, new_lock


class Ridden(Protocol):
    """A stream that several may ride."""

    riders: int

    @property
    def done(self) -> bool: ...

    def is_driven_here(self) -> bool: ...


S = TypeVar("S", bound=Ridden)


class Rides(Generic[S]):
    """The streams under way of one cache, by key. Thread-safe."""

    def __init__(self) -> None:
        self._streams: dict[Hashable, S] = {}
        self._lock = new_lock()
        in_child(self._forget)

    def board(self, key: Hashable, make: Callable[[], S]) -> tuple[S | None, bool]:
        """
        Parameters:
            key: what is to be streamed.
            make: makes the stream when none is under way.
        Returns:
            The stream, which the caller must `leave`, or None when the caller is run by
            it; and whether the caller is the first to ride it.
        """
        with self._lock:
            stream = self._streams.get(key)
            # One that has ended, perhaps with an error, is for its riders alone.
            leads = stream is None or stream.done
            if stream is None or leads:
                stream = self._streams[key] = make()
            elif stream.is_driven_here():
                return None, False
            stream.riders += 1
            return stream, leads

    def hold(self, key: Hashable) -> S | None:
        """
        Parameters:
            key: what may be streamed at the moment.
        Returns:
            The stream under way, which the caller must `leave`, or None.
        """
        with self._lock:
            stream = self._streams.get(key)
            if stream is None or stream.done:
                return None
            stream.riders += 1
            return stream

    def leave(self, key: Hashable, stream: S) -> bool:
        """
        Parameters:
            key: what the caller boarded.
            stream: the stream that it got.
        Returns:
            True if the caller was the last, and must close the stream.
        """
        with self._lock:
            stream.riders -= 1
            if stream.riders == 0 and self._streams.get(key) is stream:
                del self._streams[key]
            return stream.riders == 0

    def _forget(self) -> None:
        """In a forked child a stream under way is for its riders alone."""
        self._streams = {}
