"""What counts of the values that a partial holds, or that a method is bound to."""

from __future__ import annotations

import weakref
from collections.abc import Callable, Collection, Iterator
from typing import Any

from gradio.caching.calls.signatures import bound_by
from gradio.caching.errors import UnkeyableError
from gradio.caching.forks import new_lock
from gradio.caching.functions.registry import INSTANCES
from gradio.caching.hashing import digest
from gradio.caching.portable import note_obstacle
from gradio.caching.sizing import size_of
from gradio.caching.types.classes import class_name

# A model is no setting: to look at all of it takes longer than many a function.
_HEAVY_BYTES = 4 * 2**20
_heavy: weakref.WeakKeyDictionary[Any, bool] = weakref.WeakKeyDictionary()
_lock = new_lock()


def bound_content(fn: Callable[..., Any], known: Collection[str]) -> Iterator[Any]:
    """
    Lists what a callable is bound to and counts by content. Functions, models and
    whatever a method belongs to count as which they are, and so with the function;
    the keywords that are known are parameters with a default.
    """
    bound = bound_by(fn)
    yield from (r for r in bound.receivers if INSTANCES.of(r) is None)
    yield from (value for value in bound.args if _is_value(value))
    yield from (v for n, v in bound.keywords if n not in known and _is_value(v))


def as_counted(value: Any) -> Any:
    """Returns a value, or the token of what counts as which object it is."""
    if _is_value(value):
        return value
    token = INSTANCES.of(value)
    if token is None:
        return value
    note_obstacle(an_instance(value))
    return "instance", token


def digest_if_any(value: Any) -> Any:
    """
    Digests the content of a value; of what has none, which object it is counts. Raises
    UnkeyableError if that can't be told either.
    """
    try:
        return digest(value)
    except UnkeyableError:
        token = INSTANCES.of(value)
        if token is None:
            return _digest_of_parts(value)
        note_obstacle(an_instance(value))
        return token


def an_instance(value: Any) -> str:
    """Names, for messages, what counts as which object it is."""
    return f"the very {class_name(type(value))}"


def _digest_of_parts(value: Any) -> Any:
    if type(value) is dict:
        return "dict", *map(digest_if_any, value.items())
    if type(value) in (tuple, list):
        return type(value).__name__, *map(digest_if_any, value)
    raise UnkeyableError(f"a {type(value).__name__}")


def _is_value(value: Any) -> bool:
    if callable(value):
        return False
    has_own_equality = type(value).__eq__ is not object.__eq__
    return has_own_equality or not _is_heavy(value)


def _is_heavy(value: Any) -> bool:
    with _lock:
        try:
            heavy = _heavy.get(value)
            if heavy is None:
                heavy = _heavy[value] = size_of(value) > _HEAVY_BYTES
            return heavy
        except TypeError:
            return False
