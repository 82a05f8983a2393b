"""
The name that a class has in keys: the same in every process, and never shared by two
different classes.
"""

from __future__ import annotations

import contextlib
import importlib
import os
import sys
import weakref
from enum import Enum
from typing import NamedTuple

from gradio.caching.forks import new_lock
from gradio.caching.types.registry import load_family

STABLE_ROOTS = frozenset(
    {"PIL", "numpy", "pandas", "pathlib", "polars", "pyarrow", "torch"}
)
"""Libraries that move classes between their submodules from release to release."""

AS_ROOTS = (
    *("PIL.Image", "numpy.dtypes", "numpy.ma", "numpy.random", "pandas.api.typing"),
    *("pandas.arrays", "pandas.tseries.offsets", "pandas._libs.tslibs"),
    "pandas._libs.missing",
)
"""Modules whose classes are named as the root's, wherever a release keeps them."""

_HEAP_TYPE = 1 << 9

PLUGIN_BASES: dict[type, str] = {}
"""
Classes whose subclasses from one library are but ways to load it: counted as the base
itself.
"""


class ClassFacts(NamedTuple):
    """
    What the walk has to know of a value's class: the type to dispatch on, the code that
    names the class, and whether any other process means the same by it.
    """

    kind: type
    tag: bytes
    is_named: bool = True


_facts: weakref.WeakKeyDictionary[type, ClassFacts] = weakref.WeakKeyDictionary()
_static_facts: dict[type, ClassFacts] = {}
_taken: dict[bytes, weakref.ref[type]] = {}
_lock = new_lock()


def class_facts(cls: type) -> ClassFacts:
    """Thread-safe; what was found out is remembered as long as the class lives."""
    facts = _static_facts.get(cls) or _facts.get(cls)
    if facts is None:
        load_family(cls)
        with _lock:
            facts = _facts.get(cls) or _find_out(cls)
            # Classes that live as long as the process are found faster.
            known = _facts if cls.__flags__ & _HEAP_TYPE else _static_facts
            known[cls] = facts
    return facts


def name_for_good(cls: type, name: str) -> None:
    """
    Gives a class a name in keys that stays when the class moves to another module.
    """
    _facts[cls] = ClassFacts(cls, _self_delimiting(name.encode()))


def class_tag(cls: type) -> bytes:
    """
    Names a class. A class that its name does not lead to (a local one, or one whose
    module was executed again) gets a random suffix: what it does is not known from its
    name, so it meets no other class, in no process.
    """
    return class_facts(cls).tag


def class_name(cls: type) -> str:
    """Names a class by module and qualified name, for messages and keys."""
    return f"{_module_of(cls)}.{cls.__qualname__}"


def _module_of(cls: type) -> str:
    """
    Finds the package nearest to the root of a library that has this very class, for
    others may have one of the same name; else it is the module that the class says.
    """
    module, root = str(cls.__module__), _root(cls)
    if root not in STABLE_ROOTS:
        return module
    if module not in sys.modules:
        # Libraries give classes names in modules that they load late, or never.
        with contextlib.suppress(ImportError):
            importlib.import_module(module)
    if any(_has(place, cls) for place in (root, *AS_ROOTS) if _root_of(place) == root):
        return root
    ends = [end for end, letter in enumerate(module) if letter == "."]
    places = [module[:end] for end in ends]
    return next((place for place in places if _has(place, cls)), module)


def _has(module: str, cls: type) -> bool:
    """Asks for nothing that the module would only make, or warn of, when asked."""
    name = cls.__qualname__.partition(".")[0]
    known = getattr(sys.modules.get(module), "__dict__", {})
    return name in known and importable(module, cls.__qualname__) is cls


def importable(module: str | None, qualname: str) -> object:
    """Looks up what a name leads to, in modules that are loaded."""
    found: object = sys.modules.get(str(module))
    for name in qualname.split("."):
        found = getattr(found, name, None)
    return found


def _find_out(cls: type) -> ClassFacts:
    for base, root in PLUGIN_BASES.items():
        if issubclass(cls, base) and _root(cls) == root:
            return ClassFacts(base, *_new_tag(base))
    # An IntEnum is an int, but what it means is its member.
    return ClassFacts(Enum if issubclass(cls, Enum) else cls, *_new_tag(cls))


def _root(cls: type) -> str:
    return _root_of(str(cls.__module__))


def _root_of(module: str) -> str:
    return module.partition(".")[0]


def _new_tag(cls: type) -> tuple[bytes, bool]:
    name = class_name(cls).encode("utf-8", "surrogatepass")
    if _is_anonymous(cls) or _is_taken(name, cls):
        return _self_delimiting(name + b"\x00" + os.urandom(16)), False
    _taken[name] = weakref.ref(cls)
    return _self_delimiting(name), True


def _self_delimiting(name: bytes) -> bytes:
    return len(name).to_bytes(4, "little") + name


def _is_anonymous(cls: type) -> bool:
    python_made = cls.__flags__ & _HEAP_TYPE and cls.__module__ != "builtins"
    if not python_made or importable(cls.__module__, cls.__qualname__) is cls:
        return False
    return not _has(_module_of(cls), cls)


def _is_taken(name: bytes, cls: type) -> bool:
    # A second class of one importable name: its module was executed again, by a reload
    # or in a notebook.
    earlier = _taken.get(name)
    return earlier is not None and earlier() is not cls
