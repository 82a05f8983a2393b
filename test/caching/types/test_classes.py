"""The names of classes in keys."""

from __future__ import annotations

import sys
import types
import weakref
from dataclasses import make_dataclass
from typing import Any

import numpy as np

from gradio.caching.hashing import digest
from gradio.caching.types import classes
from gradio.caching.types.classes import class_name, class_tag


class Importable:
    pass


def local_class() -> Any:
    class Local:
        pass

    return Local


def test_a_class_is_known_by_its_name():
    assert class_tag(Importable).endswith(b"test_classes.Importable")
    assert class_name(dict) == "builtins.dict"


def test_classes_as_values():
    assert len({digest(c) for c in (int, str, Importable, type, Any, "int")}) == 6
    assert digest(Importable) == digest(Importable)


def test_a_local_class_meets_only_itself():
    one, other = local_class(), local_class()
    assert digest(one()) == digest(one())
    assert digest(one()) != digest(other())
    assert digest(one) != digest(other)


def test_classes_made_at_runtime_with_the_same_name():
    one = make_dataclass("Row", ["a"])
    other = make_dataclass("Row", ["a"])
    assert digest(one(1)) == digest(one(1))
    assert digest(one(1)) != digest(other(1))


def test_a_module_that_was_executed_again_has_new_classes():
    module = types.ModuleType("executed_twice")
    sys.modules[module.__name__] = module
    try:
        keys = []
        for _ in range(2):
            exec("class Thing:\n    pass", vars(module))
            keys.append(digest(module.Thing()))
    finally:
        del sys.modules[module.__name__]
    assert keys[0] != keys[1]


def test_a_class_that_its_library_names_in_a_module_that_is_not_loaded(monkeypatch):
    monkeypatch.delitem(sys.modules, "numpy.rec", raising=False)
    monkeypatch.setattr(classes, "_facts", weakref.WeakKeyDictionary())
    assert class_tag(np.recarray).endswith(b"numpy.recarray")
