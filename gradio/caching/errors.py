"""The errors of the cache, how it speaks to the developer, and how it fails: open."""

from __future__ import annotations

import functools
import inspect
import logging
import os
import sys
import warnings
from collections.abc import Callable, Hashable
from typing import Any, TypeVar

from gradio.caching.forks import new_lock

_HERE = os.path.join(os.path.dirname(__file__), "")
logger = logging.getLogger("gradio.caching")
F = TypeVar("F", bound=Callable[..., Any])
Kind = type[BaseException]


class UnkeyableError(TypeError):
    """
    A value has no content that a key could be made of: a lock, a socket, a generator.
    """


class UnsharedError(UnkeyableError):
    """
    The value belongs to a caller that can't be told from others, so nothing is shared.
    """


class UncopyableError(TypeError):
    """
    A value can't be copied, so that the cache can't keep it private: a generator, an
    open file.
    """


class UnpackableError(TypeError):
    """
    A value can't be written to a store, and be the same when it is read: it stays in
    memory.
    """


class BrokenRecordError(ValueError):
    """What was read from a store is not what was written there: a miss."""


def is_caused_by(error: BaseException | None, kind: Kind) -> bool:
    """Tells whether an error, or one that it was raised from, is of a kind."""
    while error is not None and not isinstance(error, kind):
        error = error.__cause__
    return error is not None


class OncePerSubject:
    """
    Remembers which subjects were spoken of. Thread-safe, bounded: the oldest subjects
    are forgotten.
    """

    def __init__(self, limit: int = 1024) -> None:
        self._limit = limit
        self._seen: dict[Hashable, None] = {}
        self._lock = new_lock()

    def first(self, subject: Hashable) -> bool:
        """Tells whether it is the first time that this subject comes."""
        with self._lock:
            if subject in self._seen:
                return False
            self._seen[subject] = None
            if len(self._seen) > self._limit:
                del self._seen[next(iter(self._seen))]
            return True


_warned = OncePerSubject()
_logged = OncePerSubject()


def warn_once(subject: Hashable, message: str) -> None:
    """Warns the developer of something to mend, once per subject."""
    if _warned.first(subject):
        warnings.warn(message, UserWarning, stacklevel=_level_of_caller())


def _level_of_caller() -> int:
    """The stack level, seen from who asks, of the code that called the cache."""
    level, frame = 1, sys._getframe(1)
    while frame.f_back is not None and frame.f_code.co_filename.startswith(_HERE):
        level, frame = level + 1, frame.f_back
    return level


def log_once(subject: Hashable, message: str) -> None:
    """Tells the developer something that needs no mending now, once per subject."""
    if _logged.first(subject):
        logger.warning("%s", message)


def log_failure_once(where: str, error: BaseException) -> None:
    """Logs a failure inside the cache itself, once per place and kind of error."""
    if _logged.first((where, type(error))):
        logger.warning(
            "The cache failed in %s; the call goes on uncached.", where, exc_info=error
        )


def log_failed_run_once(name: str, error: BaseException) -> None:
    """Logs what a function raised that nobody is told, once per kind of error."""
    if _logged.first((name, "run", type(error))):
        logger.warning(
            "%s() failed; an older result is given instead.", name, exc_info=error
        )


def fail_open(
    answer: Any, but: Kind | tuple[Kind, ...] = (), owner: str = ""
) -> Callable[[F], F]:
    """
    Makes a function, or a coroutine function, return `answer` when it fails; the
    failure is logged, by its name after that of its owner. Raises what is of the kind
    `but`: it is the caller's.
    """

    def decorate(fn: Any) -> Any:
        name = f"{owner}.{fn.__name__}".removeprefix(".")

        def answer_to(error: Exception) -> Any:
            failed_open(name, error, but)
            return answer

        return functools.wraps(fn)(_calling(fn, answer_to))

    return decorate


def failed_open(name: str, error: Exception, but: Kind | tuple[Kind, ...] = ()) -> None:
    """
    Does as `fail_open` with a failure, for what a call in between would take as long
    as. Raises what is of the kind `but`.
    """
    if isinstance(error, but):
        raise error
    log_failure_once(name, error)


def _calling(fn: Any, answer_to: Callable[[Exception], Any]) -> Callable[..., Any]:
    async def call_async(*args: Any, **kwargs: Any) -> Any:
        try:
            return await fn(*args, **kwargs)
        except Exception as error:
            return answer_to(error)

    def call(*args: Any, **kwargs: Any) -> Any:
        try:
            return fn(*args, **kwargs)
        except Exception as error:
            return answer_to(error)

    return call_async if inspect.iscoroutinefunction(fn) else call
