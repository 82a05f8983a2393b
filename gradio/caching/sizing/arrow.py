"""What pyarrow's tables and arrays hold: each buffer once."""

from __future__ import annotations

import pyarrow as pa

from gradio.caching.sizing.registry import Parts, size_children

OBJECT_BYTES = 1000
"""What is held of a column besides its buffers, which `sys.getsizeof` may count."""


@size_children.register(pa.Table)
@size_children.register(pa.RecordBatch)
@size_children.register(pa.ChunkedArray)
@size_children.register(pa.Array)
def _(value: pa.Table | pa.RecordBatch | pa.ChunkedArray | pa.Array) -> Parts:
    columns = max(1, getattr(value, "num_columns", 1))
    return columns * OBJECT_BYTES + value.get_total_buffer_size(), ()


@size_children.register(pa.Buffer)
def _(value: pa.Buffer) -> Parts:
    return OBJECT_BYTES + value.size, ()
