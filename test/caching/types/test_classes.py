"""The names of classes in keys."""

from __future__ import annotations

import pathlib
import sys
import types
import weakref
from dataclasses import make_dataclass
from typing import Any

import numpy as np
import pandas as pd
import pytest
from PIL import Image
from PIL.Image import Exif

from gradio.caching.hashing import digest
from gradio.caching.types import classes
from gradio.caching.types.classes import STABLE_ROOTS, class_name, class_tag


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


def test_two_classes_of_a_library_under_one_name():
    other = pytest.importorskip("pandas.api.interchange").DataFrame
    frames = pd.DataFrame, other
    assert len({class_name(kind) for kind in frames}) == 2
    assert len({class_tag(kind) for kind in frames}) == 2


def test_two_layers_under_one_name():
    torch = pytest.importorskip("torch")
    quantized = pytest.importorskip("torch.ao.nn.quantized")
    assert class_name(torch.nn.Dropout) == "torch.nn.Dropout"
    assert class_name(quantized.Dropout) == "torch.ao.nn.quantized.Dropout"
    assert digest(torch.nn.Dropout(0.5)) != digest(quantized.Dropout(0.5))


@pytest.mark.parametrize(
    ("kind", "name"),
    [
        *((np.ndarray, "numpy.ndarray"), (np.float64, "numpy.float64")),
        *((np.random.Generator, "numpy.Generator"), (Image.Image, "PIL.Image")),
        *((np.ma.MaskedArray, "numpy.MaskedArray"), (pd.Series, "pandas.Series")),
        *((type(pd.NaT), "pandas.NaTType"), (pd.offsets.Day, "pandas.Day")),
        *((type(pd.array([1])), "pandas.IntegerArray"), (Exif, "PIL.Exif")),
        (pathlib.PosixPath, "pathlib.PosixPath"),
    ],
)
def test_what_a_library_moves_between_its_modules_keeps_its_name(kind, name):
    assert class_name(kind) == name


def test_no_two_classes_of_the_libraries_have_one_name():
    known: dict[str, type] = {}
    modules = [getattr(module, "__dict__", {}) for module in [*sys.modules.values()]]
    for found in [item for names in modules for item in [*names.values()]]:
        if not issubclass(type(found), type) or "<locals>" in found.__qualname__:
            continue  # what is made at runtime has a random name besides
        if str(found.__module__).partition(".")[0] in STABLE_ROOTS:
            assert known.setdefault(class_name(found), found) is found


def test_a_class_that_its_library_names_in_a_module_that_is_not_loaded(monkeypatch):
    monkeypatch.delitem(sys.modules, "numpy.rec", raising=False)
    monkeypatch.setattr(classes, "_facts", weakref.WeakKeyDictionary())
    assert class_tag(np.recarray).endswith(b"numpy.recarray")
