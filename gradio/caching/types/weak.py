"""
Weak references and containers of them. In a copy, what is copied as well is referred to
as the copy, anything else as it is.
"""

from __future__ import annotations

import types
import weakref
from typing import Any

from gradio.caching.errors import UncopyableError
from gradio.caching.types.registry import Cloning, Memo, clone


class CopyMemo(dict[int, Any]):
    """
    The copies of one copying, with what weak references lead to by its id: `referents`
    so far not copied, and those `inside` that are known to be in the value.
    """

    def __init__(self, inside: frozenset[int]) -> None:
        super().__init__()
        self.inside = inside
        self.referents: dict[int, Any] = {}


def _referred(referent: Any, memo: Memo) -> Cloning:
    """Finds the copy of what is referred to; itself if it is not in the value."""
    if id(referent) in memo:
        return memo[id(referent)]
    if not isinstance(memo, CopyMemo) or referent is None:
        return referent
    if id(referent) in memo.inside:
        return (yield referent)
    memo.referents[id(referent)] = referent
    return referent


@clone.register(weakref.ref)
def _(value: weakref.ref[Any], memo: Memo) -> Cloning:
    referent = value()
    copy = yield from _referred(referent, memo)
    return value if copy is referent else weakref.ref(copy)


@clone.register(weakref.WeakMethod)
def _(value: weakref.WeakMethod[Any], memo: Memo) -> Cloning:
    if (method := value()) is None:
        return value
    receiver = yield from _referred(method.__self__, memo)
    if receiver is method.__self__:
        return value
    return weakref.WeakMethod(types.MethodType(method.__func__, receiver))


@clone.register(weakref.WeakSet)
def _(value: weakref.WeakSet[Any], memo: Memo) -> Cloning:
    copy: weakref.WeakSet[Any] = weakref.WeakSet()
    memo[id(value)] = copy
    for member in list(value):
        copy.add((yield from _referred(member, memo)))
    return copy


@clone.register(weakref.WeakKeyDictionary)
def _(value: weakref.WeakKeyDictionary[Any, Any], memo: Memo) -> Cloning:
    copy: weakref.WeakKeyDictionary[Any, Any] = weakref.WeakKeyDictionary()
    memo[id(value)] = copy
    for key, item in list(value.items()):
        name = yield from _referred(key, memo)
        copy[name] = yield item
    return copy


@clone.register(weakref.WeakValueDictionary)
def _(value: weakref.WeakValueDictionary[Any, Any], memo: Memo) -> Cloning:
    copy: weakref.WeakValueDictionary[Any, Any] = weakref.WeakValueDictionary()
    memo[id(value)] = copy
    for key, item in list(value.items()):
        name = yield key
        copy[name] = yield from _referred(item, memo)
    return copy


@clone.register(weakref.finalize)
def _(value: weakref.finalize, memo: Memo) -> Any:
    """What is cleaned up with the original, such as a folder, is gone then."""
    raise UncopyableError("a weakref.finalize")
