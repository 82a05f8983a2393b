"""
The members of containers whose classes people inherit from: put into a copy as they
are, without asking the subclass, which may want to have its state first.
"""

from __future__ import annotations

import collections
from collections.abc import Callable
from typing import Any, TypeAlias

from gradio.caching.types.protocol import PROTOCOL, bound, is_from_python

Form: TypeAlias = "tuple[Any, ...]"
"""What pickling keeps, and how members are appended and put without the subclass."""

OWN_WAYS = "__reduce__", "__reduce_ex__", "__getnewargs__", "__getnewargs_ex__"


def form_by_members(value: Any) -> Form | None:
    """Makes the form of a container; None if the class is pickled its own way."""
    kind = type(value)
    base = next((cls for cls in kind.__mro__ if cls in _FORMS), None)
    if base is None or any(is_from_python(kind, name) for name in OWN_WAYS):
        return None
    getstate = bound(value, "__getstate__")
    state = getstate() if getstate is not None else _default_state(value)
    return _FORMS[base](value, kind, state)


def _default_state(value: Any) -> Any:
    """What `object.__getstate__` returns, which Python 3.10 does not have."""
    return object.__reduce_ex__(value, PROTOCOL)[2]


def _dict(value: Any, kind: type, state: Any) -> Form:
    pairs, put = list(dict.items(value)), dict.__setitem__
    return dict.__new__, (kind,), state, None, pairs, None, None, put


def _ordered(value: Any, kind: type, state: Any) -> Form:
    ordered = collections.OrderedDict
    pairs, put = list(ordered.items(value)), ordered.__setitem__
    return ordered.__new__, (kind,), state, None, pairs, None, None, put


def _default(value: Any, kind: type, state: Any) -> Form:
    make = _make_defaultdict, (kind, value.default_factory)
    return *make, *_dict(value, kind, state)[2:]


def _make_defaultdict(kind: Any, factory: Callable[[], Any] | None) -> Any:
    copy = collections.defaultdict.__new__(kind)
    collections.defaultdict.__init__(copy, factory)
    return copy


def _list(value: Any, kind: type, state: Any) -> Form:
    items = list(list.__iter__(value))
    return list.__new__, (kind,), state, items, None, None, list.append, None


def _set(value: Any, kind: type, state: Any) -> Form:
    items = list(set.__iter__(value))
    return set.__new__, (kind,), state, items, None, None, set.add, None


def _deque(value: Any, kind: type, state: Any) -> Form:
    items = list(collections.deque.__iter__(value))
    make = _make_deque, (kind, collections.deque.maxlen.__get__(value))
    return *make, state, items, None, None, collections.deque.append, None


def _make_deque(kind: Any, maxlen: int | None) -> Any:
    copy = collections.deque.__new__(kind)
    collections.deque.__init__(copy, (), maxlen)
    return copy


_FORMS: dict[type, Callable[[Any, type, Any], Form]] = {
    dict: _dict,
    collections.OrderedDict: _ordered,
    collections.defaultdict: _default,
    list: _list,
    set: _set,
    collections.deque: _deque,
}
