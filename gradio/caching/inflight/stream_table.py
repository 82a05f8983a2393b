"""The streams under way of a cache, and how many consume each."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Hashable
from typing import Generic, Protocol, TypeVar

from gradio.caching.forks import in_child, new_lock


class Shareable(Protocol):
    """A stream that several may consume."""

    consumers: int

    @property
    def done(self) -> bool: ...

    def is_running_here(self) -> bool: ...


S = TypeVar("S", bound=Shareable)


class StreamTable(Generic[S]):
    """The streams under way of one cache, by key. Thread-safe."""

    def __init__(self) -> None:
        self._streams: dict[Hashable, S] = {}
        self._retained: Counter[Hashable] = Counter()
        self._lock = new_lock()
        in_child(self._forget)

    def join(self, key: Hashable, make: Callable[[], S]) -> tuple[S | None, bool]:
        """
        Returns the stream under way, made if there is none, which the caller must
        `release`, and whether the caller is its first; None for the stream if the
        caller is run by it.
        """
        with self._lock:
            stream = self._streams.get(key)
            # One that has ended, perhaps with an error, is for its consumers alone.
            leads = stream is None or stream.done
            if stream is None or leads:
                stream = self._streams[key] = make()
            elif stream.is_running_here():
                return None, False
            stream.consumers += 1
            return stream, leads

    def keys(self) -> list[Hashable]:
        """Lists what is under way."""
        with self._lock:
            return list(self._streams)

    def release(self, key: Hashable, stream: S) -> bool:
        """Gives a stream back; True if the caller was the last and must close it."""
        with self._lock:
            stream.consumers -= 1
            is_listed = self._streams.get(key) is stream
            is_retained = is_listed and key in self._retained and not stream.done
            if stream.consumers > 0 or is_retained:
                return False
            if is_listed:
                del self._streams[key]
            return True

    def retain(self, key: Hashable) -> None:
        """
        Keeps the stream of that key, also one that has yet to begin, from being closed
        when its consumers go, until the caller says `let_go`.
        """
        with self._lock:
            self._retained[key] += 1

    def let_go(self, key: Hashable) -> S | None:
        """Takes back one `retain`; returns the stream that the caller must close."""
        with self._lock:
            self._retained[key] -= 1
            if self._retained[key] > 0:
                return None
            del self._retained[key]
            stream = self._streams.get(key)
            if stream is None or stream.consumers > 0:
                return None
            del self._streams[key]
            return stream

    def _forget(self) -> None:
        """In a forked child a stream under way is for its consumers alone."""
        self._streams, self._retained = {}, Counter()
