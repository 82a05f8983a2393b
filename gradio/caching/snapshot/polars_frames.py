"""
Copies of polars' frames and series, which share their columns until one of them
changes.
"""

from __future__ import annotations

from typing import Any

import polars as pl

from gradio.caching.snapshot.registry import Memo, copier, for_subclasses


@copier.register(pl.DataFrame)
@copier.register(pl.Series)
@copier.register(pl.LazyFrame)
@for_subclasses
def _(value: pl.DataFrame | pl.Series | pl.LazyFrame, memo: Memo) -> Any:
    return value.clone()
