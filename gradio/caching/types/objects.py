"""
All other objects: a dataclass is keyed by its attributes, anything else by what
pickling it would keep. Copies are made as `copy.deepcopy` makes them: by
`__deepcopy__`, else by what pickling would keep.
"""

from __future__ import annotations

import dataclasses
import types
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from typing import Any

from gradio.caching.errors import UncopyableError, UnkeyableError
from gradio.caching.types.classes import class_name, importable
from gradio.caching.types.key_writer import KeyWriter
from gradio.caching.types.members import form_by_members
from gradio.caching.types.protocol import (
    bound,
    computed_names,
    found_on,
    instance_dict,
    reduced,
    without_computed,
)
from gradio.caching.types.registry import (
    Children,
    Cloning,
    Memo,
    attributes,
    clone,
    encode,
    for_subclasses,
    held_attributes,
    measure,
    own_size,
)

USED_UP = (Iterator, AsyncIterator, Awaitable)
"""
Their content is what is left of them, and the function that gets them takes it away.
"""


def named(value: Any) -> str:
    """Names a value by its class, as messages do."""
    return f"a {type(value).__module__}.{type(value).__qualname__}"


@encode.register(object)
def encode_object(value: Any, out: KeyWriter) -> Children:
    """
    Writes the name of a value that is pickled by name, and gives back its attributes,
    or the parts of its pickled form.
    """
    cls = type(value)
    if cls is object or issubclass(cls, USED_UP):
        raise UnkeyableError(f"a {class_name(cls)}")
    if dataclasses.is_dataclass(cls):
        return (attributes(value),)
    try:
        form = reduced(value)
    except Exception as error:
        raise UnkeyableError(f"a {class_name(cls)}") from error
    return _reduced_parts(form, value, out)


def _reduced_parts(form: Any, value: Any, out: KeyWriter) -> Children:
    if isinstance(form, str):
        out.write_text(form)
        return (str(getattr(value, "__module__", None)),)
    make, args, state, items, pairs, setter = (*form, None, None, None, None)[:6]
    return (
        _by_name(make),
        args,
        _without_computed(state, type(value)),
        None if items is None else list(items),
        None if pairs is None else list(pairs),
        setter,
    )


def _without_computed(state: Any, kind: type) -> Any:
    """The state without what the instance can compute itself, as in `attributes`."""
    if not computed_names(kind):
        return state
    if type(state) is tuple:
        return tuple(_without_computed(part, kind) for part in state)
    if type(state) is not dict:
        return state
    kept = dict(without_computed(state, kind))
    # A pydantic model's attributes are in a dict of their own.
    if type(kept.get("__dict__")) is dict:
        kept["__dict__"] = _without_computed(kept["__dict__"], kind) or {}
    return kept or None  # as the default state of one without attributes


def _by_name(make: Any) -> Any:
    """
    What rebuilds an object can be imported by whoever would unpickle it, so its name
    says all.
    """
    module = getattr(make, "__module__", None)
    qualname = getattr(make, "__qualname__", "")
    if qualname and importable(module, qualname) is make:
        return module, qualname
    return make


@measure.register(object)
def _(value: Any) -> tuple[int, Children]:
    own = own_size(value)
    if found_on(type(value), "nbytes") is None:
        return own, held_attributes(value)
    held = value.nbytes
    return max(own, held) if type(held) is int else own, held_attributes(value)


@clone.register(object)
@for_subclasses
def clone_object(value: Any, memo: Memo) -> Any:
    """
    Copies an object of a type that nothing else is registered for, or returns a
    generator that does.
    """
    kind = type(value)
    if kind is object:
        return value  # has no content, and stands for itself
    if _is_used_up(kind):
        raise UncopyableError(named(value))
    return clone_by_state(value, memo)


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


def clone_by_state(value: Any, memo: Memo) -> Any:
    """
    Copies an object that is more than its reading position, or returns a generator that
    does.
    """
    if (deepcopy := bound(value, "__deepcopy__")) is not None:
        return deepcopy(memo)
    return clone_by_pickled_form(value, memo)


def clone_by_pickled_form(value: Any, memo: Memo) -> Any:
    """
    Returns an object itself if it is pickled by name, else a generator that copies it
    from what pickling would keep.
    """
    form = form_by_members(value) or reduced(value)
    return value if isinstance(form, str) else _rebuilt(value, form, memo)


def _rebuilt(value: Any, form: tuple[Any, ...], memo: Memo) -> Cloning:
    """The items come before the state, as in `pickle`: the state may be about them."""
    parts: list[Any] = [*form, *[None] * 6]
    make, args, state, items, pairs, setter, append, put = parts[:8]
    copy = make(*(yield args))
    memo[id(value)] = copy
    for item in items or ():
        (append or type(copy).append)(copy, (yield item))
    for key, item in pairs or ():
        name = yield key
        (put or type(copy).__setitem__)(copy, name, (yield item))
    if state is not None:
        _keep_modules(state, memo)
        _restore(copy, (yield state), setter)
    return copy


def _keep_modules(state: Any, memo: Memo) -> None:
    """A module that an object works with is part of the program, not of the object."""
    for part in state if isinstance(state, tuple) else (state,):
        if isinstance(part, dict):
            found = (v for v in dict.values(part) if type(v) is types.ModuleType)
            memo.update((id(module), module) for module in found)


def _restore(copy: Any, state: Any, setter: Callable[[Any, Any], None] | None) -> None:
    if setter is not None:
        setter(copy, state)
    elif (setstate := bound(copy, "__setstate__")) is not None:
        setstate(state)
    elif state is copy:
        object.__setattr__(copy, "__dict__", copy)  # a dict that is its own attributes
    else:
        _set_attributes(copy, state)


def _set_attributes(copy: Any, state: Any) -> None:
    two = isinstance(state, tuple) and len(state) == 2
    in_dict, in_slots = state if two else (state, None)
    own = instance_dict(copy)
    if in_dict and own is not None:
        own.update(in_dict)
    elif in_dict:
        in_slots = {**in_dict, **(in_slots or {})}
    for name, item in (in_slots or {}).items():
        object.__setattr__(copy, name, item)
