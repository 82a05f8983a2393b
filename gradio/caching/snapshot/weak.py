"""
Copies of weak references and of containers of them: what is copied as well is referred
to as the copy, anything else as it is.
"""

from __future__ import annotations

import types
import weakref
from collections.abc import Generator
from typing import Any

from gradio.caching.errors import UncopyableError
from gradio.caching.snapshot.registry import CopyMemo, Memo, copier

Copying = Generator[Any, Any, Any]


def _referred(referent: Any, memo: Memo) -> Copying:
    """Finds the copy of what is referred to; itself if it is not in the value."""
    if id(referent) in memo:
        return memo[id(referent)]
    if not isinstance(memo, CopyMemo) or referent is None:
        return referent
    if id(referent) in memo.inside:
        return (yield referent)
    memo.referents[id(referent)] = referent
    return referent


@copier.register(weakref.ref)
def _(value: weakref.ref[Any], memo: Memo) -> Copying:
    referent = value()
    twin = yield from _referred(referent, memo)
    return value if twin is referent else weakref.ref(twin)


@copier.register(weakref.WeakMethod)
def _(value: weakref.WeakMethod[Any], memo: Memo) -> Copying:
    if (method := value()) is None:
        return value
    receiver = yield from _referred(method.__self__, memo)
    if receiver is method.__self__:
        return value
    return weakref.WeakMethod(types.MethodType(method.__func__, receiver))


@copier.register(weakref.WeakSet)
def _(value: weakref.WeakSet[Any], memo: Memo) -> Copying:
    twin: weakref.WeakSet[Any] = weakref.WeakSet()
    memo[id(value)] = twin
    for member in list(value):
        twin.add((yield from _referred(member, memo)))
    return twin


@copier.register(weakref.WeakKeyDictionary)
def _(value: weakref.WeakKeyDictionary[Any, Any], memo: Memo) -> Copying:
    twin: weakref.WeakKeyDictionary[Any, Any] = weakref.WeakKeyDictionary()
    memo[id(value)] = twin
    for key, item in list(value.items()):
        name = yield from _referred(key, memo)
        twin[name] = yield item
    return twin


@copier.register(weakref.WeakValueDictionary)
def _(value: weakref.WeakValueDictionary[Any, Any], memo: Memo) -> Copying:
    twin: weakref.WeakValueDictionary[Any, Any] = weakref.WeakValueDictionary()
    memo[id(value)] = twin
    for key, item in list(value.items()):
        name = yield key
        twin[name] = yield from _referred(item, memo)
    return twin


@copier.register(weakref.finalize)
def _(value: weakref.finalize, memo: Memo) -> Any:
    """What is cleaned up with the original, such as a folder, is gone then."""
    raise UncopyableError("a weakref.finalize")
