"""Copies of exceptions, with what they came from and without their tracebacks."""

from __future__ import annotations

import builtins
import contextlib
import types
from collections.abc import Generator
from typing import Any

from gradio.caching.protocol import instance_dict, is_from_python, slots
from gradio.caching.snapshot.objects import copy_by_state
from gradio.caching.snapshot.registry import Memo, copier, for_subclasses

GROUP: Any = getattr(builtins, "BaseExceptionGroup", None)
"""Which Python 3.10 does not have."""

OWN_WAYS = "__deepcopy__", "__reduce__", "__reduce_ex__", "__setstate__"
Copying = Generator[Any, Any, Any]


@copier.register(BaseException)
@for_subclasses
def _(value: BaseException, memo: Memo) -> Copying:
    """The constructor is not called: what it takes may not be what it keeps."""
    kind = type(value)
    if any(is_from_python(kind, name) for name in OWN_WAYS):
        twin = copy_by_state(value, memo)
        if isinstance(twin, types.GeneratorType):
            twin = yield from twin
    elif GROUP is not None and issubclass(kind, GROUP):
        group: Any = value
        twin = GROUP.__new__(kind, *(yield (group.message, list(group.exceptions))))
    else:
        twin = _base_of(kind).__new__(kind)
    memo[id(value)] = twin
    if twin is not value:
        yield from _fill(value, twin)
    return twin


def _fill(value: BaseException, twin: BaseException) -> Copying:
    arguments: Any = vars(BaseException)["args"]
    arguments.__set__(twin, (yield arguments.__get__(value)))
    for name, member in _members(_base_of(type(value))):
        content = yield member.__get__(value)
        if content is not None and name != "__suppress_context__":
            with contextlib.suppress(AttributeError):  # a group's are there already
                member.__set__(twin, content)
    attributes = instance_dict(value)
    if attributes:
        object.__getattribute__(twin, "__dict__").update((yield attributes))
    for name, item in list(slots(value)):
        object.__setattr__(twin, name, (yield item))
    twin.__cause__ = yield value.__cause__
    twin.__context__ = yield value.__context__
    twin.__suppress_context__ = value.__suppress_context__


def _base_of(kind: type[BaseException]) -> Any:
    """The built-in class that its instances are laid out like."""
    return next(cls for cls in kind.__mro__ if cls.__module__ == "builtins")


def _members(base: type) -> list[tuple[str, Any]]:
    """What built-in exceptions hold beside their arguments, such as `errno`."""
    found = [item for cls in base.__mro__ for item in vars(cls).items()]
    return [(n, m) for n, m in found if isinstance(m, types.MemberDescriptorType)]
