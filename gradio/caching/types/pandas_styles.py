"""pandas' styled frames. Imported with the first of them."""

from __future__ import annotations

from pandas.io.formats.style import Styler

from gradio.caching.types.registry import Cloning, Memo, clone, for_subclasses


@clone.register(Styler)
@for_subclasses
def _(value: Styler, memo: Memo) -> Cloning:
    """With a frame of its own, which pandas' deep copy of a style shares."""
    copy = value.__deepcopy__(memo)
    copy.data = yield value.data
    copy.index, copy.columns = copy.data.index, copy.data.columns
    return copy
