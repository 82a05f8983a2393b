"""
pyarrow's tables, arrays, buffers and scalars, as they are written: as a stream of Arrow
where that is exact. Imported with the first of them.
"""

from __future__ import annotations

from typing import Any

import pyarrow as pa

from gradio.caching.errors import UnpackableError
from gradio.caching.types.packed.builtin import content_of
from gradio.caching.types.packing import Own, Packed, pack, unpack
from gradio.caching.types.registry import for_subclasses


def _written(table: Any) -> memoryview:
    """Writes a table or a batch; refuses what would be read as another one."""
    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, table.schema) as writer:
        writer.write(table)
    content = sink.getvalue()
    with pa.ipc.open_stream(content) as reader:
        if not reader.schema.equals(table.schema, check_metadata=True):
            raise UnpackableError(f"a pyarrow table of {table.schema.types}")
    return memoryview(content)


def _reader(own: Own) -> Any:
    """Over memory of its own, as what is read looks at it."""
    return pa.ipc.open_stream(pa.py_buffer(content_of(own).tobytes()))


def _column(column: Any) -> memoryview:
    return _written(pa.table([column], names=[""]))


def _read_column(own: Own) -> Any:
    column = _reader(own).read_all().column(0)
    column.validate(full=True)
    return column


@pack.register(pa.Table)
@pack.register(pa.RecordBatch)
def _(value: pa.Table | pa.RecordBatch) -> Packed:
    return (_written(value),), ()


@unpack.register(pa.Table)
def _(own: Own, count: int) -> pa.Table:
    table = _reader(own).read_all()
    table.validate(full=True)
    return table


@unpack.register(pa.RecordBatch)
def _(own: Own, count: int) -> pa.RecordBatch:
    batch = _reader(own).read_next_batch()
    batch.validate(full=True)
    return batch


@pack.register(pa.ChunkedArray)
def _(value: pa.ChunkedArray) -> Packed:
    return (_column(value),), ()


@unpack.register(pa.ChunkedArray)
def _(own: Own, count: int) -> pa.ChunkedArray:
    return _read_column(own)


@pack.register(pa.Array)
@for_subclasses
def _(value: pa.Array) -> Packed:
    return (_column(value),), ()


@unpack.register(pa.Array)
def _(own: Own, count: int) -> pa.Array:
    column = _read_column(own)
    if column.num_chunks > 1:
        raise ValueError("an array in pieces")
    return column.chunk(0) if column.num_chunks else pa.array([], column.type)


@pack.register(pa.Scalar)
@for_subclasses
def _(value: pa.Scalar) -> Packed:
    return (_column(pa.array([value], value.type)),), ()


@unpack.register(pa.Scalar)
def _(own: Own, count: int) -> pa.Scalar:
    (value,) = _read_column(own)
    return value


@pack.register(pa.Schema)
def _(value: pa.Schema) -> Packed:
    return (_schema(value),), ()


def _schema(value: pa.Schema) -> memoryview:
    content = value.serialize()
    if not pa.ipc.read_schema(content).equals(value, check_metadata=True):
        raise UnpackableError(f"a pyarrow schema of {value.types}")
    return memoryview(content)


@unpack.register(pa.Schema)
def _(own: Own, count: int) -> pa.Schema:
    return pa.ipc.read_schema(pa.py_buffer(content_of(own).tobytes()))


@pack.register(pa.DataType)
@for_subclasses
def _(value: pa.DataType) -> Packed:
    return (_schema(pa.schema([pa.field("", value)])),), ()


@unpack.register(pa.DataType)
def _(own: Own, count: int) -> pa.DataType:
    return _fields(own).types[0]


@pack.register(pa.Field)
def _(value: pa.Field) -> Packed:
    return (_schema(pa.schema([value])),), ()


@unpack.register(pa.Field)
def _(own: Own, count: int) -> pa.Field:
    return _fields(own).field(0)


def _fields(own: Own) -> pa.Schema:
    return pa.ipc.read_schema(pa.py_buffer(content_of(own).tobytes()))


@pack.register(pa.Buffer)
@for_subclasses
def _(value: pa.Buffer) -> Packed:
    return (value.is_mutable, memoryview(value)), ()


@unpack.register(pa.Buffer)
def _(own: Own, count: int) -> pa.Buffer:
    is_mutable, content = own
    kept = content_of((content,)).tobytes()
    return pa.py_buffer(bytearray(kept) if is_mutable else kept)
