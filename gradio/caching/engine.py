"""What answers the calls of one function: makes keys, looks up, stores, copies."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Any, Final

from gradio.caching import ages, files, types
from gradio.caching.calls.call_keys import CallKeys
from gradio.caching.claims import UNKNOWN_RUN, Run
from gradio.caching.context import sessions
from gradio.caching.context.event_files import expect, files_of_result, note_result
from gradio.caching.context.toasts import Toast, replay_toasts
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
from gradio.caching.functions.kinds import kind_of
from gradio.caching.keys import PRECOMPUTED_KEY, Args, CacheKey, LastingKey
from gradio.caching.offload import QUICK_BYTES
from gradio.caching.sizing import size_of
from gradio.caching.snapshot import snapshot

if TYPE_CHECKING:
    from gradio.caching.candidate import Candidate

Kwargs = dict[str, Any]
_FEW_FILES = 8
SLOW: Final = object()
"""Stands for a result that takes long to give out."""


# A recording is made of private copies already.
types.clone.register(Recording, types.immutable)


def if_valid(found: Entry | Miss, is_failing: bool = False) -> Entry | Miss:
    """Returns an entry unless it is too old, or a file that it names has changed."""
    if found is MISS or (found.files and not files.unchanged(found.files)):
        return MISS
    is_valid = found.life is None or is_failing or found.life.may_be_given
    return found if is_valid else MISS


class Engine:
    """Answers the calls of one function. Thread-safe, also for event loops."""

    def __init__(
        self, fn: Callable[..., Any], keys: CallKeys, cache: FunctionCache
    ) -> None:
        self.fn = fn
        self.keys = keys
        self.cache = cache
        self.name = getattr(fn, "__qualname__", type(fn).__qualname__)
        self.kind = kind_of(fn)
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
            digest, lasting = self._digests(subject)
            if self._unrepeated.watches:
                self._unrepeated.note(subject, digest, self.keys.digest)
            namespace = sessions.namespace(self.cache.settings.per_session)
            generation = self.cache.generation_of(namespace, digest)
            key = CacheKey(namespace, digest, generation, lasting)
            if known is not None:
                key = known.record(self.cache, key) or key
            return key
        except UnkeyableError as error:
            self._warn_of_unkeyable(error)
        except Exception as error:
            log_failure_once("making a key", error)
        return None

    def _digests(self, subject: Args) -> tuple[bytes, LastingKey | None]:
        if self.cache.shelf is None:
            return self.keys.memory_key(subject), None
        return self.cache.shelf.key_of(partial(self.keys.digest, subject))

    def recall(self, key: CacheKey, candidate: Candidate | None = None) -> None:
        """Looks behind the memory, which has what is found there afterwards. Blocks."""
        try:
            self.cache.recall(key, candidate)
        except Exception as error:
            log_failure_once("looking into a store", error)

    def begin(self, *keys: CacheKey) -> Run:
        """Is called when a run begins; what it returns is for `store_if_same`."""
        born = ages.clock() if self.cache.settings.ages else 0.0
        return Run(self.state(), born, self.cache.begin(keys))

    def state(self) -> bytes | None:
        """Digests what results depend on besides arguments, None if it can't change."""
        try:
            return self.keys.state()
        except Exception as error:
            log_failure_once("looking at defaults", error)
            return None

    def lookup(self, key: CacheKey, is_failing: bool = False) -> Entry | Miss:
        """
        Finds an entry that may be given, or MISS; or one that is only for the case that
        the function fails.
        """
        try:
            return if_valid(self.cache.store.get(key.namespace, key.digest), is_failing)
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
        if found is MISS or not (found.life is None or found.life.is_fresh):
            return MISS
        if found.size > QUICK_BYTES or len(found.files) > _FEW_FILES:
            return SLOW
        return self.get(key) if found.files else self.give_out(found)

    def get(self, key: CacheKey) -> Any:
        """Copies a fresh result for its caller; MISS also if it can't be copied."""
        found = self.lookup(key)
        if found is MISS or not (found.life is None or found.life.is_fresh):
            return MISS
        return self.give_out(found)

    def give_out(self, entry: Entry) -> Any:
        """Copies the result of an entry for its caller; MISS if it can't be copied."""
        try:
            value = self.copy_of(entry.value)
        except UncopyableError:
            return MISS
        self.mark_hit(entry)
        return value

    def store(
        self,
        key: CacheKey,
        value: Any,
        seconds: float,
        toasts: list[Toast],
        run: Run = UNKNOWN_RUN,
    ) -> Entry | None:
        """Stores a result unless it is late; None only if it can't be copied."""
        self.cache.uncached.add(seconds)
        try:
            kept = snapshot(value)
            named = files_of_result(kept)
            size = ENTRY_BYTES + size_of(kept) + size_of(named) + size_of(toasts)
            entry = Entry(kept, size, files=named, toasts=tuple(toasts))
            entry.seconds = seconds
            entry.grow_old(self.cache.settings.ages, run.born)
            note_result(entry)
            if entry.life is not None:
                sessions.note_entry(self.cache, entry)
            self.cache.put(key, entry)
            self.cache.keep(key, entry, run.claims.get(key))
            return entry
        except UncopyableError as error:
            self.warn_of_uncopyable(error)
        except Exception as error:
            log_failure_once("storing a result", error)
        return None

    def store_if_same(self, run: Run, key: CacheKey, *result: Any) -> Entry | None:
        """Stores a result, if `state` still returns what it did before the run."""
        if run.state != self.state():
            return None
        return self.store(key, *result, run)

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
        self.count_hit(entry)
        sessions.mark_hit(self.cache)
        if entry.life is not None:
            sessions.note_entry(self.cache, entry)
        note_result(entry)
        if entry.toasts:
            replay_toasts(entry.toasts)

    def count_hit(self, entry: Entry) -> None:
        """Counts an answer by an entry."""
        counts = self.cache.counts
        counts.hits += 1
        counts.seconds_saved += entry.seconds
        if entry.life is not None and not entry.life.is_fresh:
            counts.stale_hits += 1

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

    def warn_of_drawing(self) -> None:
        """Says why the result of a function that draws is not kept."""
        cure = "Put what takes its time into a function of its own, and cache that."
        message = f"{self.name}() is not cached, as it adds components to the page. "
        warn_once((self.name, "drawing"), message + cure)
