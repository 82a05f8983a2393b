"""Copies of numpy's arrays, at memory speed unless they hold Python objects."""

from __future__ import annotations

import copy
from collections.abc import Generator
from typing import Any

import numpy as np

from gradio.caching.snapshot.core import IMMUTABLE
from gradio.caching.snapshot.registry import Memo, copier, for_subclasses, share

for kind in (np.generic, np.str_, np.bytes_, np.dtype, np.ufunc):
    copier.register(kind, share)


@copier.register(np.ndarray)
@for_subclasses
def _(value: np.ndarray, memo: Memo) -> Any:
    """Keeps the order in memory, the subclass and its attributes."""
    if value.dtype == object:
        return _copy_objects(value, memo)
    if value.dtype.hasobject:
        return copy.deepcopy(value, memo)
    twin = value.copy(order="K")
    return _with_attributes(value, twin) if getattr(value, "__dict__", None) else twin


@copier.register(np.memmap)
def _(value: np.memmap, memo: Memo) -> Any:
    """The content, in memory: a copy is not bound to the file."""
    return value.copy(order="K")


def _copy_objects(value: np.ndarray, memo: Memo) -> Generator[Any, Any, Any]:
    twin = value.copy(order="K")
    memo[id(value)] = twin
    source, target = np.asarray(value), np.asarray(twin)
    if not IMMUTABLE.issuperset(map(type, source.flat)):
        for place, item in np.ndenumerate(source):
            target[place] = item if type(item) in IMMUTABLE else (yield item)
    return (yield from _with_attributes(value, twin))


def _with_attributes(value: np.ndarray, twin: Any) -> Generator[Any, Any, Any]:
    attributes = getattr(value, "__dict__", None)
    if attributes:
        twin.__dict__.update((yield attributes))
    return twin


@copier.register(np.void)
def _(value: np.void, memo: Memo) -> Any:
    """A record, the one scalar that can be changed."""
    return copy.deepcopy(value, memo)
