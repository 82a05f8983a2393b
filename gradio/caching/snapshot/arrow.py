"""
Copies of pyarrow's tables, arrays and buffers. They can't be changed themselves, but
the memory that they look at may be somebody else's: it is copied once, and shared by
all copies of the copy.
"""

from __future__ import annotations

import weakref
from typing import Any

import numpy as np
import pyarrow as pa

from gradio.caching.forks import new_lock
from gradio.caching.snapshot.registry import Memo, copier, for_subclasses, share

for kind in (pa.Schema, pa.Field, pa.DataType):
    copier.register(kind, share)


class _Memory(np.ndarray):
    """Bytes that nobody else can reach, or change."""


# By the address of each buffer that lies in them, as long as they live.
_own: weakref.WeakValueDictionary[int, _Memory] = weakref.WeakValueDictionary()
_lock = new_lock()


@copier.register(pa.Table)
@for_subclasses
def _(value: pa.Table, memo: Memo) -> Any:
    return value if is_own(value.columns) else _copied(value, value.schema)


@copier.register(pa.RecordBatch)
@for_subclasses
def _(value: pa.RecordBatch, memo: Memo) -> Any:
    if is_own(value.columns):
        return value
    table = _copied(pa.Table.from_batches([value]), value.schema)
    batches = table.to_batches()
    return batches[0] if batches else value


@copier.register(pa.ChunkedArray)
@for_subclasses
def copy_chunks(value: pa.ChunkedArray, memo: Memo) -> Any:
    """Copies a column, unless its memory is a copy already."""
    if is_own([value]):
        return value
    table = pa.table([value], names=[""])
    return _copied(table, table.schema).column(0)


@copier.register(pa.Array)
@for_subclasses
def _(value: pa.Array, memo: Memo) -> Any:
    if is_own([value]):
        return value
    table = pa.table([value], names=[""])
    chunks = _copied(table, table.schema).column(0).chunks
    return _as_array(value, chunks)


def _as_array(value: pa.Array, chunks: list[pa.Array]) -> Any:
    if len(chunks) != 1:
        return pa.array([], value.type)
    if isinstance(value, pa.ExtensionArray) and type(chunks[0]) is not type(value):
        return value.type.wrap_array(chunks[0])
    return chunks[0]


@copier.register(pa.Scalar)
@for_subclasses
def _(value: pa.Scalar, memo: Memo) -> Any:
    """Those of fixed width hold their value, others a piece of an array's memory."""
    if pa.types.is_primitive(value.type) or pa.types.is_null(value.type):
        return value
    return pa.array([value], value.type)[0]


@copier.register(pa.Buffer)
@for_subclasses
def _(value: pa.Buffer, memo: Memo) -> Any:
    if value.is_mutable:
        return pa.py_buffer(bytearray(value))
    return value if _is_ours(value) else pa.py_buffer(bytes(value))


def _copied(table: pa.Table, schema: pa.Schema) -> pa.Table:
    """Writes the table into memory of our own, and reads it where it lies there."""
    measure = pa.MockOutputStream()
    _write(table, measure)
    memory = np.empty(measure.size(), np.uint8).view(_Memory)
    _write(table, pa.FixedSizeBufferWriter(pa.py_buffer(memory)))
    memory.flags.writeable = False
    with pa.ipc.open_stream(pa.py_buffer(memory)) as reader:
        twin = reader.read_all()
    with _lock:
        for buffer in _buffers(twin.columns):
            _own[buffer.address] = memory
    return twin.replace_schema_metadata(schema.metadata)


def _write(table: pa.Table, sink: Any) -> None:
    with pa.ipc.new_stream(sink, table.schema) as writer:
        writer.write_table(table)


def is_own(columns: list[Any]) -> bool:
    """Whether all memory that arrays look at was made by a copy, or is empty."""
    return all(map(_is_ours, _buffers(columns)))


def _is_ours(buffer: pa.Buffer) -> bool:
    memory = _own.get(buffer.address)
    if memory is None:
        return buffer.size == 0
    return buffer.address + buffer.size <= memory.ctypes.data + memory.nbytes


def _buffers(columns: list[Any]) -> list[pa.Buffer]:
    found: list[pa.Buffer] = []
    for column in columns:
        for array in column.chunks if isinstance(column, pa.ChunkedArray) else [column]:
            found += [buffer for buffer in _all_buffers(array) if buffer is not None]
    return found


def _all_buffers(array: pa.Array) -> list[pa.Buffer | None]:
    dictionary = getattr(array, "dictionary", None)
    more = [] if dictionary is None else _all_buffers(dictionary)
    return array.buffers() + more
