"""
The encoder of all other objects: a dataclass by its attributes, anything else by what
pickling it would keep.
"""

from __future__ import annotations

import copyreg
import dataclasses
from collections.abc import AsyncIterator, Awaitable, Iterator
from typing import Any

from gradio.caching.errors import UnkeyableError
from gradio.caching.hashing.classes import class_name, importable
from gradio.caching.hashing.registry import Children, attributes, encode
from gradio.caching.hashing.stream import Stream

PROTOCOL = 4
USED_UP = (Iterator, AsyncIterator, Awaitable)
"""
Their content is what is left of them, and the function that gets them takes it away.
"""


@encode.register(object)
def encode_object(value: Any, out: Stream) -> Children:
    """
    Parameters:
        value: an object that no other encoder is registered for.
        out: gets the name of a value that is pickled by name.
    Returns:
        Its attributes, or the parts of its pickled form.
    Raises:
        UnkeyableError: it can't be pickled, is used up by being read, or has no content
            at all (a bare `object()`).
    """
    cls = type(value)
    if cls is object or isinstance(value, USED_UP):
        raise UnkeyableError(f"a {class_name(cls)}")
    if dataclasses.is_dataclass(cls):
        return (attributes(value),)
    return _reduced_parts(_reduce(value), value, out)


def _reduce(value: Any) -> Any:
    cls = type(value)
    try:
        if reducer := copyreg.dispatch_table.get(cls):
            return reducer(value)
        return value.__reduce_ex__(PROTOCOL)
    except Exception as error:
        raise UnkeyableError(f"a {class_name(cls)}") from error


def _reduced_parts(reduced: Any, value: Any, out: Stream) -> Children:
    if isinstance(reduced, str):
        out.write_text(reduced)
        return (str(getattr(value, "__module__", None)),)
    make, args, state, items, pairs, setter = (*reduced, None, None, None, None)[:6]
    return (
        _by_name(make),
        args,
        state,
        None if items is None else list(items),
        None if pairs is None else list(pairs),
        setter,
    )


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
