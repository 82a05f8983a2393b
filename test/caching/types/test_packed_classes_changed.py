"""Instances whose class is another one when they are unpacked."""

from __future__ import annotations

import sys
import types

import pytest

from gradio.caching.codec import unpack_value
from gradio.caching.errors import BrokenRecordError
from support.packed import packed


@pytest.fixture
def module(monkeypatch) -> types.ModuleType:
    found = types.ModuleType("a_module_of_the_app")
    monkeypatch.setitem(sys.modules, found.__name__, found)
    return found


def define(module: types.ModuleType, code: str) -> None:
    head = "from dataclasses import dataclass\nimport enum\nfrom typing import *\n"
    exec(head + code, vars(module))


KINDS = {
    "dataclass": "@dataclass\nclass Thing:\n    x: int\n    {}\n",
    "NamedTuple": "class Thing(NamedTuple):\n    x: int\n    {}\n",
    "model": "from pydantic import BaseModel\n"
    "class Thing(BaseModel):\n    x: int\n    {}\n",
    "attrs": "import attr\n@attr.define\nclass Thing:\n    x: int\n    {}\n",
}


@pytest.mark.parametrize("code", KINDS.values(), ids=KINDS.keys())
@pytest.mark.parametrize(
    ("line", "is_same"),
    [("pass", True), ("def m(self): pass", True), ("y: int = 0", False)],
)
def test_a_class_with_other_fields_is_a_miss(module, code, line, is_same):
    define(module, code.format("pass"))
    content = packed(module.Thing(x=1))
    define(module, code.format(line))
    if is_same:
        made = unpack_value(content)
        assert type(made) is module.Thing
        assert made.x == 1
    else:
        with pytest.raises(BrokenRecordError):
            unpack_value(content)


def test_a_field_of_another_type_is_a_miss(module):
    define(module, "@dataclass\nclass Thing:\n    x: int")
    content = packed(module.Thing(1))
    define(module, "@dataclass\nclass Thing:\n    x: str")
    with pytest.raises(BrokenRecordError):
        unpack_value(content)


def test_a_member_of_another_value_is_a_miss(module):
    define(module, "class Thing(enum.Enum):\n    A = 1")
    content = packed(module.Thing.A)
    define(module, "class Thing(enum.Enum):\n    A = 2")
    with pytest.raises(BrokenRecordError):
        unpack_value(content)


def test_a_class_that_got_ways_of_its_own_is_a_miss(module):
    define(module, "@dataclass\nclass Thing:\n    x: int")
    content = packed(module.Thing(1))
    define(
        module,
        "@dataclass\nclass Thing:\n    x: int\n    def __setstate__(self, s): pass",
    )
    with pytest.raises(BrokenRecordError):
        unpack_value(content)


def test_a_module_that_is_not_loaded_is_not_imported(module):
    define(module, "@dataclass\nclass Thing:\n    x: int")
    content = packed(module.Thing(1))
    del sys.modules[module.__name__]
    with pytest.raises(BrokenRecordError):
        unpack_value(content)
