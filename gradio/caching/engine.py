"""The read-through behind every cached function: look up, join, compute, store."""

from __future__ import annotations

import time
from collections.abc import Callable, Generator
from functools import partial
from typing import Any, Final, NamedTuple

from gradio.caching import files, types
from gradio.caching.calls.call_keys import CallKeys
from gradio.caching.context import sessions
from gradio.caching.context.event_files import expect, files_of_result, note_result
from gradio.caching.context.rendering import render_state
from gradio.caching.context.toasts import Toast, recording_toasts, replay_toasts
from gradio.caching.context.unrepeated import Unrepeated
from gradio.caching.entry import ENTRY_BYTES, MISS, Entry, Miss, Recording
from gradio.caching.errors import (
    UncopyableError,
    UnkeyableError,
    UnsharedError,
    is_caused_by,
    log_failure_once,
    warn_once,
)
from gradio.caching.function_cache import FunctionCache
from gradio.caching.inflight.flights import Flight, Outcome
from gradio.caching.keys import PRECOMPUTED_KEY, Args, CacheKey
from gradio.caching.offload import QUICK_BYTES
from gradio.caching.sizing import size_of
from gradio.caching.snapshot import snapshot

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
types.clone.register(Recording, types.immutable)


class Engine:
    """Answers the calls of one function. Thread-safe, also for event loops."""

    def __init__(
        self, fn: Callable[..., Any], keys: CallKeys, cache: FunctionCache
    ) -> None:
        self.fn = fn
        self.keys = keys
        self.cache = cache
        self.name = getattr(fn, "__qualname__", type(fn).__qualname__)
        self._unrepeated = Unrepeated(self.name)
        expect()

    def key_of(self, args: Args, kwargs: Kwargs) -> CacheKey | None:
        """Finds where a result belongs, None if the call must run uncached."""
        known = PRECOMPUTED_KEY.get()
        key = None if known is None else known.claim(self.cache, args, kwargs)
        if key is not None and not self.keys.were_replaced:
            return key
        subject = self.keys.subject(args, kwargs)
        if subject is None or (known and known.withholds(self.cache)):
            return None
        try:
            digest = self.keys.digest(subject)
            if self._unrepeated.watches:
                self._unrepeated.note(subject, digest, self.keys.digest)
            namespace = sessions.namespace(self.cache.settings.per_session)
            generation = self.cache.generation_of(namespace)
            key = CacheKey(namespace, digest, generation)
            if known is not None:
                known.record(self.cache, key)
            return key
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

    def lookup(self, key: CacheKey) -> Entry | Miss:
        """Finds an entry, or MISS, also when a file that it names changed."""
        try:
            found = self.cache.store.get(key.namespace, key.digest)
            if found is MISS or (found.files and not files.unchanged(found.files)):
                return MISS
            return found
        except Exception as error:
            log_failure_once("looking up an entry", error)
            return MISS

    def get_if_quick(self, key: CacheKey) -> Any:
        """As `get`, but SLOW for a large result or one that names many files."""
        try:
            found = self.cache.store.get(key.namespace, key.digest)
        except Exception as error:
            log_failure_once("looking up an entry", error)
            return MISS
        if found is MISS:
            return MISS
        if found.size > QUICK_BYTES or len(found.files) > _FEW_FILES:
            return SLOW
        return self.get(key) if found.files else self._given_out(found)

    def get(self, key: CacheKey) -> Any:
        """Copies a result for its caller; MISS also if it can't be copied."""
        found = self.lookup(key)
        return MISS if found is MISS else self._given_out(found)

    def store(
        self, key: CacheKey, value: Any, seconds: float, toasts: list[Toast]
    ) -> Entry | None:
        """Stores a result unless it is late; None only if it can't be copied."""
        self.cache.uncached.add(seconds)
        try:
            kept = snapshot(value)
            named = files_of_result(kept)
            size = ENTRY_BYTES + size_of(kept) + size_of(named) + size_of(toasts)
            entry = Entry(kept, size, files=named, toasts=tuple(toasts))
            note_result(entry)
            self.put(key, entry)
            return entry
        except UncopyableError as error:
            self.warn_of_uncopyable(error)
        except Exception as error:
            log_failure_once("storing a result", error)
        return None

    def store_if_same(
        self, state: bytes | None, key: CacheKey, *result: Any
    ) -> Entry | None:
        """Stores a result, if `state` still returns what it did before the run."""
        return self.store(key, *result) if state == self.state() else None

    def put(self, key: CacheKey, entry: Entry) -> None:
        """Puts an entry into the store, or again when its size has changed."""
        self.cache.put(key, entry)

    def copy_of(self, value: Any) -> Any:
        """Copies a value. Raises UncopyableError, also for a failure in copying."""
        try:
            return snapshot(value)
        except UncopyableError as error:
            self.warn_of_uncopyable(error)
            raise
        except Exception as error:
            log_failure_once("copying a result", error)
            raise UncopyableError(str(error)) from error

    def mark_hit(self, entry: Entry) -> None:
        """Lets the current event, if any, know that a cached result is used in it."""
        sessions.mark_hit(self.cache)
        note_result(entry)
        if entry.toasts:
            replay_toasts(entry.toasts)

    def warn_of_uncopyable(self, error: UncopyableError) -> None:
        """Says why a result can't be copied."""
        warn_once(
            (self.name, "result"),
            f"The result of {self.name}() is not cached: {error}. "
            "Return a value that can be copied, such as a list instead of an iterator.",
        )

    def _warn_of_unkeyable(self, error: UnkeyableError) -> None:
        if not is_caused_by(error, UnsharedError):
            warn_once(
                (self.name, str(error)),
                f"A call of {self.name}() runs uncached, as no key can be made of "
                f"{error}. Pass key= to gr.cache, a function that takes the dict of "
                "arguments and returns what the result depends on.",
            )

    def _warn_of_drawing(self) -> None:
        cure = "Put what takes its time into a function of its own, and cache that."
        message = f"{self.name}() is not cached, as it adds components to the page. "
        warn_once((self.name, "drawing"), message + cure)

    def read_through(self, key: CacheKey) -> ReadThrough:
        """
        The one way to a result, for functions and coroutine functions alike: it yields
        what its driver is to do, and returns the result.
        """
        while True:
            found = self.lookup(key)
            if found is MISS:
                flight, is_leader = self.cache.flights.join(key)
                if flight is None:
                    return (yield None)
                if is_leader:
                    return (yield from self._lead(key, flight))
                found = yield flight
            if isinstance(found, Entry):
                return (yield from self._hit(found))
            if found is Outcome.UNSHARED:
                return (yield None)

    def _hit(self, entry: Entry) -> ReadThrough:
        value = yield Work(entry.value, partial(self._given_out, entry))
        return (yield None) if value is MISS else value

    def _given_out(self, entry: Entry) -> Any:
        try:
            value = self.copy_of(entry.value)
        except UncopyableError:
            return MISS
        self.mark_hit(entry)
        return value

    def _lead(self, key: CacheKey, flight: Flight[Entry]) -> ReadThrough:
        with self.cache.flights.lead(flight):
            # Another leader may have stored it since this one looked.
            found = self.lookup(key)
            if found is not MISS:
                self.cache.flights.resolve(flight, found)
                return (yield from self._hit(found))
            started, toasts, before = time.perf_counter(), [], render_state()
            state = self.state()
            with recording_toasts(toasts):
                result = yield None
            if render_state() != before:
                self._warn_of_drawing()
                return result
            seconds = time.perf_counter() - started
            store = partial(self.store_if_same, state, key)
            entry = yield Work(result, partial(store, result, seconds, toasts))
            # After it is stored: who comes now finds either the flight or the entry.
            self.cache.flights.resolve(flight, entry or Outcome.UNSHARED)
            return result
