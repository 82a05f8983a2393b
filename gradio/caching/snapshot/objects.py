"""
Copies of objects in general, as `copy.deepcopy` makes them: by `__deepcopy__`, else by
what pickling would keep.
"""

from __future__ import annotations

import types
from collections.abc import AsyncIterator, Awaitable, Callable, Generator, Iterator
from typing import Any

from gradio.caching.errors import UncopyableError
from gradio.caching.protocol import bound, found_on, instance_dict, reduced
from gradio.caching.snapshot.core import named
from gradio.caching.snapshot.members import form_by_members
from gradio.caching.snapshot.registry import Memo, copier, for_subclasses


@copier.register(object)
@for_subclasses
def copy_object(value: Any, memo: Memo) -> Any:
    """
    Copies an object of a type that no other copier is registered for, or returns a
    generator that does.
    """
    kind = type(value)
    if kind is object:
        return value  # has no content, and stands for itself
    if _is_used_up(kind):
        raise UncopyableError(named(value))
    return copy_by_state(value, memo)


def _is_used_up(kind: type) -> bool:
    """
    Whether values are gone when they are read. What a class written in Python has left
    to give is in its attributes.
    """
    if issubclass(kind, Awaitable):
        return True
    return any(
        issubclass(kind, abstract)
        and not isinstance(found_on(kind, step), types.FunctionType)
        for abstract, step in ((Iterator, "__next__"), (AsyncIterator, "__anext__"))
    )


def copy_by_state(value: Any, memo: Memo) -> Any:
    """
    Copies an object that is more than its reading position, or returns a generator that
    does.
    """
    if (deepcopy := bound(value, "__deepcopy__")) is not None:
        return deepcopy(memo)
    return copy_by_pickled_form(value, memo)


def copy_by_pickled_form(value: Any, memo: Memo) -> Any:
    """
    Returns an object itself if it is pickled by name, else a generator that copies it
    from what pickling would keep.
    """
    form = form_by_members(value) or reduced(value)
    return value if isinstance(form, str) else _rebuilt(value, form, memo)


def _rebuilt(value: Any, form: tuple[Any, ...], memo: Memo) -> Generator[Any, Any, Any]:
    """The items come before the state, as in `pickle`: the state may be about them."""
    parts: list[Any] = [*form, *[None] * 6]
    make, args, state, items, pairs, setter, append, put = parts[:8]
    twin = make(*(yield args))
    memo[id(value)] = twin
    for item in items or ():
        (append or type(twin).append)(twin, (yield item))
    for key, item in pairs or ():
        name = yield key
        (put or type(twin).__setitem__)(twin, name, (yield item))
    if state is not None:
        _share_modules(state, memo)
        _restore(twin, (yield state), setter)
    return twin


def _share_modules(state: Any, memo: Memo) -> None:
    """A module that an object works with is part of the program, not of the object."""
    for attributes in state if isinstance(state, tuple) else (state,):
        if isinstance(attributes, dict):
            found = (v for v in dict.values(attributes) if type(v) is types.ModuleType)
            memo.update((id(module), module) for module in found)


def _restore(twin: Any, state: Any, setter: Callable[[Any, Any], None] | None) -> None:
    if setter is not None:
        setter(twin, state)
    elif (setstate := bound(twin, "__setstate__")) is not None:
        setstate(state)
    elif state is twin:
        object.__setattr__(twin, "__dict__", twin)  # a dict that is its own attributes
    else:
        _set_attributes(twin, state)


def _set_attributes(twin: Any, state: Any) -> None:
    two = isinstance(state, tuple) and len(state) == 2
    attributes, in_slots = state if two else (state, None)
    own = instance_dict(twin)
    if attributes and own is not None:
        own.update(attributes)
    elif attributes:
        in_slots = {**attributes, **(in_slots or {})}
    for name, item in (in_slots or {}).items():
        object.__setattr__(twin, name, item)
