"""
Entries as bytes: they take little memory, and the garbage collector, for which all
threads wait, does not look at them. Packed is what nobody can tell from what it was.
"""

from __future__ import annotations

from collections.abc import Mapping
from marshal import dumps, loads
from struct import Struct
from sys import getrefcount
from typing import Any, TypeAlias
from weakref import getweakrefcount

from gradio.caching.entry import ENTRY_BYTES, Entry
from gradio.caching.stores.base import Key
from gradio.caching.types.scalars import SCALARS

KeptEntry: TypeAlias = "Entry | bytes"
"""An entry as it is kept: packed, if it was not used for long and can be."""

# When it was used last, its size, its seconds, if its label is fixed, and is its key.
_HEAD = Struct(">QHd??")
# Of the forms of marshal, the last that keeps no list of references, which takes time.
_FORM = 2
# What is larger takes longer to copy than to be looked at.
_LARGEST = ENTRY_BYTES + 1024


def pack(entries: Mapping[Key, Entry], key: Key) -> bytes | None:
    """
    Packs the entry under a key. None if it is more than a little plain data, or if
    anybody else refers to it, weakly too.
    """
    if getrefcount(entries[key]) > _REFERENCES:
        return None
    entry = entries[key]
    if getweakrefcount(entry) or entry.has_extras or type(entry.seconds) is not float:
        return None
    if not entry.size == entry.held <= _LARGEST:
        return None
    if type(entry.value) not in SCALARS and not _has_plain_value(entry):
        return None
    # The key is mostly the label, and need not be kept twice.
    is_key = entry.label is key
    if not is_key and not _is_constant(entry.label):
        return None
    content = entry.value if is_key else (entry.value, entry.label)
    head = _HEAD.pack(entry.used, entry.held, entry.seconds, entry.fixed_label, is_key)
    return head + dumps(content, _FORM)


def unpack(key: Key, found: KeptEntry) -> Entry:
    """Makes the entry again that was packed under a key, if it was."""
    if isinstance(found, Entry):
        return found
    used, size, seconds, fixed, is_key = _HEAD.unpack_from(found)
    content = loads(found[_HEAD.size :])
    value, label = (content, key) if is_key else content
    return Entry(value, size, label, fixed, (), (), seconds, None, size, used)


def used_of(found: KeptEntry) -> int:
    """Tells when an entry was used last."""
    return _HEAD.unpack_from(found)[0] if isinstance(found, bytes) else found.used


def held_of(found: KeptEntry) -> int:
    """Tells what an entry counts with."""
    return _HEAD.unpack_from(found)[1] if isinstance(found, bytes) else found.held


def _has_plain_value(entry: Entry) -> bool:
    """Whether a value consists of scalars, and is nobody else's if it can change."""
    kind = type(entry.value)
    if kind is dict and getrefcount(entry.value) <= _REFERENCES:
        for name, field in entry.value.items():
            if type(name) is not str or type(field) not in SCALARS:
                return False
        return True
    if kind is list and getrefcount(entry.value) <= _REFERENCES:
        return SCALARS.issuperset(map(type, entry.value))
    return kind is tuple and _is_constant(entry.value)


def _is_constant(value: Any) -> bool:
    kind = type(value)
    return kind in SCALARS or (kind is tuple and SCALARS.issuperset(map(type, value)))


# What there are if only one thing holds a value: the number differs between Pythons.
_ONE = {0: object()}
_REFERENCES = getrefcount(_ONE[0])
