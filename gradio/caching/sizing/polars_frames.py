"""What polars' frames and series hold."""

from __future__ import annotations

import polars as pl

from gradio.caching.sizing.registry import Parts, size_children


@size_children.register(pl.DataFrame)
@size_children.register(pl.Series)
def _(value: pl.DataFrame | pl.Series) -> Parts:
    return int(value.estimated_size()), ()
