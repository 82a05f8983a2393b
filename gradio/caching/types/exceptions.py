"""Exceptions: what they came from counts and is copied, their tracebacks don't."""

from __future__ import annotations

import builtins
import contextlib
import sys
import types
from typing import Any

from gradio.caching.types.key_writer import KeyWriter
from gradio.caching.types.objects import clone_by_state, encode_object
from gradio.caching.types.protocol import instance_dict, is_from_python, slots
from gradio.caching.types.registry import (
    Children,
    Cloning,
    Memo,
    clone,
    encode,
    for_subclasses,
    held_attributes,
    measure,
)

GROUP: Any = getattr(builtins, "BaseExceptionGroup", None)
"""Which Python 3.10 does not have."""

OWN_WAYS = "__deepcopy__", "__reduce__", "__reduce_ex__", "__setstate__"


@encode.register(BaseException)
def _(value: BaseException, out: KeyWriter) -> Children:
    parts: Any = encode_object(value, out)
    # Python makes the dict of an exception when somebody looks.
    parts = [None if type(part) is dict and not part else part for part in parts]
    # What was set after it was made is neither in its arguments nor in its dict.
    if members := held_members(value):
        parts.append(members)
    chain = value.__cause__, value.__context__, value.__suppress_context__
    return parts if chain == (None, None, False) else [*parts, *chain]


def held_members(value: BaseException) -> dict[str, Any]:
    """Lists what a built-in exception holds beside its arguments, such as `errno`."""
    found: dict[str, Any] = {}
    for name, member in exception_members(_base_of(type(value))).items():
        with contextlib.suppress(AttributeError):  # for it is not set
            found[name] = member.__get__(value)
    return {name: item for name, item in found.items() if item is not None}


@measure.register(BaseException)
def _(value: BaseException) -> tuple[int, Children]:
    parts = value.args, value.__cause__, value.__context__
    return sys.getsizeof(value), (*parts, *held_attributes(value))


@clone.register(BaseException)
@for_subclasses
def _(value: BaseException, memo: Memo) -> Cloning:
    """The constructor is not called: what it takes may not be what it keeps."""
    kind = type(value)
    if any(is_from_python(kind, name) for name in OWN_WAYS):
        copy = clone_by_state(value, memo)
        if isinstance(copy, types.GeneratorType):
            copy = yield from copy
    elif GROUP is not None and issubclass(kind, GROUP):
        group: Any = value
        copy = GROUP.__new__(kind, *(yield (group.message, list(group.exceptions))))
    else:
        copy = _base_of(kind).__new__(kind)
    memo[id(value)] = copy
    if copy is not value:
        yield from _fill(value, copy)
    return copy


def _fill(value: BaseException, copy: BaseException) -> Cloning:
    arguments: Any = vars(BaseException)["args"]
    arguments.__set__(copy, (yield arguments.__get__(value)))
    members = exception_members(_base_of(type(value)))
    for name, item in held_members(value).items():
        content = yield item
        with contextlib.suppress(AttributeError):  # a group's are there already
            members[name].__set__(copy, content)
    attributes = instance_dict(value)
    if attributes:
        object.__getattribute__(copy, "__dict__").update((yield attributes))
    for name, item in list(slots(value)):
        object.__setattr__(copy, name, (yield item))
    copy.__cause__ = yield value.__cause__
    copy.__context__ = yield value.__context__
    copy.__suppress_context__ = value.__suppress_context__


def _base_of(kind: type[BaseException]) -> Any:
    """The built-in class that its instances are laid out like."""
    return next(cls for cls in kind.__mro__ if cls.__module__ == "builtins")


def exception_members(base: type) -> dict[str, Any]:
    """Finds where built-in exceptions hold more than their arguments and causes."""
    found = {n: m for cls in base.__mro__[::-1] for n, m in vars(cls).items()}
    found.pop("__suppress_context__", None)
    written = found.get("characters_written")
    return {
        name: member
        for name, member in found.items()
        if isinstance(member, types.MemberDescriptorType) or member is written
    }
