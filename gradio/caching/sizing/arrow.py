"""What pyarrow's tables and arrays hold: each buffer once."""

from __future__ import annotations

import sys

import pyarrow as pa

from gradio.caching.sizing.registry import Parts, size_children


@size_children.register(pa.Table)
@size_children.register(pa.RecordBatch)
@size_children.register(pa.ChunkedArray)
@size_children.register(pa.Array)
def _(value: pa.Table | pa.RecordBatch | pa.ChunkedArray | pa.Array) -> Parts:
    return sys.getsizeof(value) + value.get_total_buffer_size(), ()


@size_children.register(pa.Buffer)
def _(value: pa.Buffer) -> Parts:
    return sys.getsizeof(value) + value.size, ()
