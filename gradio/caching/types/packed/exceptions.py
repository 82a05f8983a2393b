"""Exceptions, as they are written: by their class, arguments, attributes and causes."""

from __future__ import annotations

import builtins
from typing import Any

from gradio.caching.types.exceptions import GROUP, exception_members, held_members
from gradio.caching.types.packed.objects import refused, set_attributes
from gradio.caching.types.packed.plain import class_at, layout_of, path_of, plain_facts
from gradio.caching.types.packing import Making, Own, Packed, pack, unpack
from gradio.caching.types.registry import all_attributes, for_subclasses

_CHAIN = "__cause__", "__context__", "__suppress_context__"
_OF_GROUPS = frozenset({"exceptions", "message"})


@pack.register(BaseException)
@for_subclasses
def _(value: BaseException) -> Packed:
    kind = type(value)
    if (path := path_of(kind)) is None or not _is_plain(kind):
        raise refused(value, "whose class is not found by its name, or has own ways")
    held = held_members(value).items()
    members = {name: item for name, item in held if name not in _OF_GROUPS}
    chain = [vars(BaseException)[name].__get__(value) for name in _CHAIN]
    # A copy of the attributes: Python makes the dict when somebody looks.
    return (path,), (value.args, members, all_attributes(value), *chain)


def _is_plain(kind: type) -> bool:
    is_group = GROUP is not None and issubclass(kind, GROUP)
    if is_group and kind not in (GROUP, vars(builtins)["ExceptionGroup"]):
        return False
    return issubclass(kind, BaseException) and plain_facts(kind).own_way is None


@unpack.register(BaseException)
def _(own: Own, count: int) -> Making:
    kind: Any = class_at(own[0])
    if not _is_plain(kind):
        raise LookupError("no plain exception")
    if GROUP is not None and issubclass(kind, GROUP):
        args, *rest = yield
        made = kind(*args)
    else:
        layout: Any = layout_of(kind)
        made = layout.__new__(kind)
        args, *rest = yield made
    _fill(made, args, *rest)
    return made


def _fill(made: Any, args: Any, members: Any, found: Any, *chain: Any) -> None:
    vars(BaseException)["args"].__set__(made, args)
    known = exception_members(layout_of(type(made)))
    for name, item in members.items():
        known[name].__set__(made, item)
    set_attributes(made, found)
    for name, item in zip(_CHAIN, chain, strict=True):
        vars(BaseException)[name].__set__(made, item)
