"""pyarrow's tables, arrays and scalars can't change."""

from __future__ import annotations

import pyarrow as pa

from gradio.caching.snapshot.registry import copier, share

for kind in (
    *(pa.Table, pa.RecordBatch, pa.ChunkedArray, pa.Array, pa.Scalar),
    *(pa.Schema, pa.Field, pa.DataType, pa.Buffer),
):
    copier.register(kind, share)
