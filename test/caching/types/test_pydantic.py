"""Copies of pydantic's models."""

from __future__ import annotations

from typing import Any

import numpy as np
from pydantic import BaseModel, PrivateAttr

from gradio.caching.hashing import digest
from gradio.caching.snapshot import snapshot


class Model(BaseModel):
    name: str
    parts: list[Any] = []
    _private: Any = PrivateAttr(None)


def test_private_attributes_of_models_are_copied():
    model = Model(name="a")
    model._private = [1]
    copy = snapshot(model)
    copy._private.append(2)
    assert model._private == [1]


def test_what_is_in_a_model_is_copied_as_anywhere_else():
    deep: Any = [1]
    for _ in range(3_000):
        deep = [deep]
    part = np.zeros(3)
    model = Model(name="a", parts=[part, part, deep])
    copy, same = snapshot([model, model.parts])
    assert copy.parts is same
    assert copy.parts[0] is copy.parts[1] is not part
    assert digest(copy) == digest(model)


def test_a_model_copies_itself_if_it_knows_how():
    class Knowing(Model):
        def __deepcopy__(self, memo: Any = None) -> Any:
            return Knowing(name="copied")

    assert snapshot([Knowing(name="a")])[0].name == "copied"
