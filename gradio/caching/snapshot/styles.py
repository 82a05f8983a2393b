"""Copies of pandas' styled frames. Imported with the first of them."""

from __future__ import annotations

from collections.abc import Generator
from typing import Any

from pandas.io.formats.style import Styler

from gradio.caching.snapshot.registry import Memo, copier, for_subclasses


@copier.register(Styler)
@for_subclasses
def _(value: Styler, memo: Memo) -> Generator[Any, Any, Any]:
    """With a frame of its own, which pandas' deep copy of a style shares."""
    twin = value.__deepcopy__(memo)
    twin.data = yield value.data
    twin.index, twin.columns = twin.data.index, twin.data.columns
    return twin
