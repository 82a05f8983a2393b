"""The texts and paths in a value, wherever they are: what may name files."""

from __future__ import annotations

import functools
import os
import types
from collections import deque
from collections.abc import Collection, Iterator
from typing import Any

from gradio.caching.types.registry import all_attributes, load_family
from gradio.caching.types.scalars import kinds_of

_LONGEST_PATH = 4096
_ROOTS = frozenset({"/", os.sep})
_HAS_DRIVES = os.name == "nt"
_FLAT = frozenset({bool, float, int, str, type(None)})
_PATHLESS = frozenset({int, float, bool, type(None), bytes, bytearray, complex})
# What is in these is data, and much of it.
_DATA_LIBRARIES = frozenset(
    {"PIL", "matplotlib", "numpy", "pandas", "plotly", "polars", "pyarrow", "torch"}
)


def texts_and_paths(value: Any) -> Iterator[str | os.PathLike[Any]]:
    """Walks a value, in containers, attributes and models, without recursion."""
    seen: dict[int, Any] = {}
    todo = [value]
    while todo:
        current = todo.pop()
        if isinstance(current, (str, os.PathLike)):
            yield current
        elif type(current) not in _PATHLESS and id(current) not in seen:
            # Kept, as an id must not be given to another value meanwhile.
            seen[id(current)] = current
            if type(current) not in parts_with_files.registry:
                load_family(type(current))
            parts = parts_with_files(current)
            todo.extend(parts if may_name_files(parts) else ())


def named_paths(value: Any) -> Iterator[str]:
    """Finds what may be the path of a file, be it a text or an `os.PathLike`."""
    return filter(may_be_path, map(path_of, texts_and_paths(value)))


def path_of(value: str | os.PathLike[Any]) -> str:
    """Turns what names a file into a text."""
    return value if isinstance(value, str) else os.fsdecode(value)


def may_be_path(text: str) -> bool:
    """
    Tells, without a look at the disk, if a text can be the path of a file that has a
    folder or an extension.
    """
    return (
        len(text) <= _LONGEST_PATH
        and (os.sep in text or "/" in text or "." in text)
        and "\n" not in text
        and "\0" not in text
    )


def may_be_full_path(text: str) -> bool:
    """Tells what `os.path.isabs` can be true for, at a tenth of its cost."""
    return text[:1] in _ROOTS or (_HAS_DRIVES and text[1:2] == ":")


def may_name_files(values: Collection[Any]) -> bool:
    """
    Decides for many plain values, without a look at each in Python, if any of them can
    be a path or hold one.
    """
    kinds = kinds_of(values)
    if kinds <= _PATHLESS:
        return False
    if kinds != {str}:
        return True
    joined = "".join(values)
    return "." in joined or "/" in joined or os.sep in joined


def nested_parts(container: dict[Any, Any] | list[Any] | tuple[Any, ...]) -> Any:
    """Names what is in a container of a payload, nothing if all of that is flat."""
    parts = container.values() if isinstance(container, dict) else container
    return () if _FLAT.issuperset(map(type, parts)) else parts


def containers_in(payload: Any) -> Iterator[dict[Any, Any] | list[Any] | tuple]:
    """Walks the containers of a payload, itself included, without recursion."""
    todo = [payload]
    while todo:
        current = todo.pop()
        if isinstance(current, (dict, list, tuple)):
            yield current
            todo += nested_parts(current)


@functools.singledispatch
def parts_with_files(value: Any) -> Collection[Any]:
    """Names the parts of a value that files may be named in. Register by type."""
    if type(value).__module__.partition(".")[0] in _DATA_LIBRARIES:
        return ()
    return list(all_attributes(value).values())


@parts_with_files.register(type)
@parts_with_files.register(types.ModuleType)
@parts_with_files.register(types.FunctionType)
@parts_with_files.register(types.BuiltinFunctionType)
def _(value: Any) -> Collection[Any]:  # noqa: ARG001
    return ()


@parts_with_files.register(dict)
def _(value: dict[Any, Any]) -> Collection[Any]:
    return _with_attributes(value, dict.values(value))


@parts_with_files.register(types.MappingProxyType)
def _(value: types.MappingProxyType) -> Collection[Any]:
    return list(value.values())


def _register_container(kind: type, members: Any) -> None:
    @parts_with_files.register(kind)
    def _(value: Any) -> Collection[Any]:
        return _with_attributes(value, list(members(value)))


for _kind in (list, tuple, set, frozenset, deque):
    _register_container(_kind, _kind.__iter__)


def _with_attributes(value: Any, members: Collection[Any]) -> Collection[Any]:
    if type(value).__module__ in ("builtins", "collections"):
        return members
    return [*members, *all_attributes(value).values()]
