"""What polars' frames and series hold."""

from __future__ import annotations

import polars as pl

from gradio.caching.sizing.registry import Parts, size_children

COLUMN_BYTES = 600
"""What polars holds of a column besides its content."""


@size_children.register(pl.DataFrame)
@size_children.register(pl.Series)
def _(value: pl.DataFrame | pl.Series) -> Parts:
    columns = 1 + getattr(value, "width", 0)
    return columns * COLUMN_BYTES + int(value.estimated_size()), ()
