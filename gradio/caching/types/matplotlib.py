"""matplotlib's figures. Imported with the first of them."""

from __future__ import annotations

from matplotlib.figure import Figure

from gradio.caching.types.registry import Cloning, Memo, clone, for_subclasses

PYPLOT = "_restore_to_pylab"
"""In the state of a figure that pyplot manages: the copy is to be managed too."""


@clone.register(Figure)
@for_subclasses
def _(value: Figure, memo: Memo) -> Cloning:
    """A copy is not handed to pyplot, which would keep every one of them for ever."""
    kind = type(value)
    copy = memo[id(value)] = kind.__new__(kind)
    state = {k: v for k, v in value.__getstate__().items() if k != PYPLOT}
    copy.__setstate__((yield state))
    return copy
