"""pydantic's models: those of users, and its own types."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from caching.types.contract import Copied, Keyed, Stored
from pydantic import BaseModel, ConfigDict, Field, PrivateAttr, RootModel, SecretStr

from gradio.caching.hashing import digest
from gradio.caching.snapshot import snapshot
from support.holders import Box, Frozen


class Model(BaseModel):
    name: str
    secret: str = Field("", exclude=True, repr=False)
    _private: Any = PrivateAttr(None)


class OtherModel(BaseModel):
    name: str
    secret: str = ""


class Open(BaseModel):
    model_config = ConfigDict(extra="allow", arbitrary_types_allowed=True)
    name: Any = None


class Names(RootModel[list[str]]):
    pass


def private(value: Any) -> Model:
    model = Model(name="a")
    model._private = value
    return model


class Album(BaseModel):
    name: str
    parts: list[Any] = []
    _private: Any = PrivateAttr(None)


DIFFERENT = [
    *(Model(name="a"), Model(name="b"), OtherModel(name="a"), private(1), private(2)),
    *(Model(name="a", secret="x"), Names(["a"]), Names(["b"])),
    *(Open(name="a"), Open(name="a", extra=1), Open(name="a", extra=2)),
    *(Open(name=Model(name="a")), Open(name={"name": "a"})),
    *(SecretStr("a"), SecretStr("b")),
    # What they could be taken for.
    *("a", ["a"], {"name": "a"}, Box("a"), Frozen("a")),
]

MUTABLE = [Album(name="a", parts=[1, [2]])]


class TestContract(Keyed, Copied, Stored):
    DIFFERENT, MUTABLE = DIFFERENT, MUTABLE
    UNSTORED = (SecretStr,)


@pytest.mark.parametrize(
    "make",
    [
        lambda: private({"a": [1]}),
        lambda: Open(name=Box(1, 2), extra=[1]),
        lambda: Names(["a", "b"]),
    ],
)
def test_equal_content_is_an_equal_key(make):
    assert digest(make()) == digest(make())


def test_a_model_changed_in_place_is_another_key():
    model = Model(name="a")
    before = digest(model)
    model.name = "b"
    assert digest(model) != before


def test_private_attributes_of_models_are_copied():
    model = Album(name="a")
    model._private = [1]
    copy = snapshot(model)
    copy._private.append(2)
    assert model._private == [1]


def test_what_is_in_a_model_is_copied_as_anywhere_else():
    deep: Any = [1]
    for _ in range(3_000):
        deep = [deep]
    part = np.zeros(3)
    model = Album(name="a", parts=[part, part, deep])
    copy, same = snapshot([model, model.parts])
    assert copy.parts is same
    assert copy.parts[0] is copy.parts[1] is not part
    assert digest(copy) == digest(model)


def test_a_model_copies_itself_if_it_knows_how():
    class Knowing(Album):
        def __deepcopy__(self, memo: Any = None) -> Any:
            return Knowing(name="copied")

    assert snapshot([Knowing(name="a")])[0].name == "copied"
