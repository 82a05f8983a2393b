"""
The encoder of all other objects: a dataclass by its attributes, anything else by what
pickling it would keep.
"""

from __future__ import annotations

import dataclasses
from collections.abc import AsyncIterator, Awaitable, Iterator
from typing import Any

from gradio.caching.errors import UnkeyableError
from gradio.caching.hashing.classes import class_name, importable
from gradio.caching.hashing.registry import Children, attributes, encode
from gradio.caching.hashing.stream import Stream
from gradio.caching.protocol import computed_names, reduced

USED_UP = (Iterator, AsyncIterator, Awaitable)
"""
Their content is what is left of them, and the function that gets them takes it away.
"""


@encode.register(object)
def encode_object(value: Any, out: Stream) -> Children:
    """
    Writes the name of a value that is pickled by name, and gives back its attributes,
    or the parts of its pickled form.
    """
    cls = type(value)
    if cls is object or issubclass(cls, USED_UP):
        raise UnkeyableError(f"a {class_name(cls)}")
    if dataclasses.is_dataclass(cls):
        return (attributes(value),)
    return _reduced_parts(_reduce(value), value, out)


def _reduce(value: Any) -> Any:
    try:
        return reduced(value)
    except Exception as error:
        raise UnkeyableError(f"a {class_name(type(value))}") from error


def _reduced_parts(form: Any, value: Any, out: Stream) -> Children:
    if isinstance(form, str):
        out.write_text(form)
        return (str(getattr(value, "__module__", None)),)
    make, args, state, items, pairs, setter = (*form, None, None, None, None)[:6]
    return (
        _by_name(make),
        args,
        _without_computed(state, computed_names(type(value))),
        None if items is None else list(items),
        None if pairs is None else list(pairs),
        setter,
    )


def _without_computed(state: Any, names: frozenset[str]) -> Any:
    """The state as if the instance had not yet computed what it can compute itself."""
    if not names:
        return state
    if type(state) is tuple:
        return tuple(_without_computed(part, names) for part in state)
    if type(state) is not dict:
        return state
    kept = {name: item for name, item in state.items() if name not in names}
    # A pydantic model's attributes are in a dict of their own.
    if type(kept.get("__dict__")) is dict:
        kept["__dict__"] = _without_computed(kept["__dict__"], names) or {}
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
