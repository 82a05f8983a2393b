"""pydantic's models. Imported with the first of them."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel

from gradio.caching.types.objects import clone_by_pickled_form, clone_by_state
from gradio.caching.types.registry import Memo, clone, for_subclasses


@clone.register(BaseModel)
@for_subclasses
def _(value: BaseModel, memo: Memo) -> Any:
    """
    Field by field, so that arrays, images and tensors in them are copied as anywhere
    else; pydantic's own deep copy is used only where a class has replaced it.
    """
    replaced = type(value).__deepcopy__ is not BaseModel.__deepcopy__
    return (clone_by_state if replaced else clone_by_pickled_form)(value, memo)
