"""
What threads share, made usable again in a process that was forked while they ran.

In the child only the thread that forked goes on. What the others computed will never
end there, and what they had locked would stay so for ever.
"""

from __future__ import annotations

import contextlib
import itertools
import os
import threading
import weakref
from collections.abc import Callable
from functools import partial
from types import MethodType
from typing import Any

Hook = Callable[[], None]

_locks: weakref.WeakSet[Any] = weakref.WeakSet()
_hooks: dict[int, Callable[[], Hook | None]] = {}  # None once its object is gone
_numbers = itertools.count()


def new_lock() -> threading.RLock:
    """Makes a re-entrant lock that is free in a forked child."""
    lock = threading.RLock()
    _locks.add(lock)
    return lock


def in_child(hook: Hook) -> None:
    """
    Has a function called in every forked child, after all locks were freed. A method is
    called as long as its object lives, and does not keep it alive.
    """
    number = next(_numbers)
    if not isinstance(hook, MethodType):
        _hooks[number] = lambda: hook
        return
    owner = weakref.ref(hook.__self__, lambda _: _hooks.pop(number, None))
    _hooks[number] = partial(_method_of, owner, hook.__func__)


def _method_of(owner: weakref.ref[Any], function: Callable[[Any], None]) -> Hook | None:
    alive = owner()
    return None if alive is None else partial(function, alive)


def _renew() -> None:
    for lock in list(_locks):
        # What the forking thread itself holds, it will release.
        if not lock._is_owned():
            lock._at_fork_reinit()
    # All are called, also after one that fails; Python reports the failure.
    with contextlib.ExitStack() as stack:
        for reference in reversed(list(_hooks.values())):
            if (hook := reference()) is not None:
                stack.callback(hook)


if hasattr(os, "register_at_fork"):  # not on Windows, which has no fork
    os.register_at_fork(after_in_child=_renew)
