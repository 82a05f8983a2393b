"""
Copies of objects in general, as `copy.deepcopy` makes them: by `__deepcopy__`, else by
what pickling would keep.
"""

from __future__ import annotations

import copyreg
from collections.abc import AsyncIterator, Awaitable, Callable, Generator, Iterator
from typing import Any

from gradio.caching.errors import UncopyableError
from gradio.caching.snapshot.registry import Memo, copier, for_subclasses

PROTOCOL = 4


@copier.register(object)
@for_subclasses
def copy_object(value: Any, memo: Memo) -> Any:
    """
    Parameters:
        value: an object of a type that no other copier is registered for.
        memo: copies that exist already.
    Returns:
        The copy, or a generator that makes it.
    Raises:
        UncopyableError: it is used up by being read, awaited, or can't be copied.
    """
    if isinstance(value, (Iterator, AsyncIterator, Awaitable)):
        raise UncopyableError(_named(value))
    return copy_by_state(value, memo)


def copy_by_state(value: Any, memo: Memo) -> Any:
    """
    Parameters:
        value: an object that is more than its reading position.
        memo: copies that exist already.
    Returns:
        The copy, or a generator that makes it.
    Raises:
        UncopyableError: neither `__deepcopy__` nor pickling knows how.
    """
    try:
        if hasattr(value, "__deepcopy__"):
            return value.__deepcopy__(memo)
    except Exception as error:
        raise UncopyableError(_named(value)) from error
    return copy_by_pickled_form(value, memo)


def copy_by_pickled_form(value: Any, memo: Memo) -> Any:
    """
    Parameters:
        value: an object.
        memo: copies that exist already.
    Returns:
        The object itself if it is pickled by name, else a generator that makes its
        copy from what pickling would keep.
    Raises:
        UncopyableError: it can't be pickled.
    """
    try:
        reduced = _reduced(value)
    except Exception as error:
        raise UncopyableError(_named(value)) from error
    return value if isinstance(reduced, str) else _rebuilt(value, reduced, memo)


def _named(value: Any) -> str:
    return f"a {type(value).__module__}.{type(value).__qualname__}"


def _reduced(value: Any) -> Any:
    reducer = copyreg.dispatch_table.get(type(value))
    return reducer(value) if reducer else value.__reduce_ex__(PROTOCOL)


def _rebuilt(
    value: Any, reduced: tuple[Any, ...], memo: Memo
) -> Generator[Any, Any, Any]:
    parts: list[Any] = [*reduced, None, None, None, None]
    make, args, state, items, pairs, setter = parts[:6]
    twin = make(*(yield args))
    memo[id(value)] = twin
    if state is not None:
        _restore(twin, (yield state), setter)
    for item in items or ():
        twin.append((yield item))
    for key, item in pairs or ():
        twin[(yield key)] = yield item
    return twin


def _restore(twin: Any, state: Any, setter: Callable[[Any, Any], None] | None) -> None:
    if setter is not None:
        setter(twin, state)
    elif hasattr(twin, "__setstate__"):
        twin.__setstate__(state)
    else:
        _set_attributes(twin, state)


def _set_attributes(twin: Any, state: Any) -> None:
    attributes, slots = state if isinstance(state, tuple) else (state, None)
    if attributes:
        twin.__dict__.update(attributes)
    for name, item in (slots or {}).items():
        setattr(twin, name, item)
