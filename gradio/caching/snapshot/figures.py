"""Copies of matplotlib's figures. Imported with the first of them."""

from __future__ import annotations

from collections.abc import Generator
from typing import Any

from matplotlib.figure import Figure

from gradio.caching.snapshot.registry import Memo, copier, for_subclasses

PYPLOT = "_restore_to_pylab"
"""In the state of a figure that pyplot manages: the copy is to be managed too."""


@copier.register(Figure)
@for_subclasses
def _(value: Figure, memo: Memo) -> Generator[Any, Any, Any]:
    """A copy is not handed to pyplot, which would keep every one of them for ever."""
    kind = type(value)
    twin = memo[id(value)] = kind.__new__(kind)
    state = {k: v for k, v in value.__getstate__().items() if k != PYPLOT}
    twin.__setstate__((yield state))
    return twin
