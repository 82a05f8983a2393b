"""
Memory of our own that Arrow's arrays look at. They can't be changed themselves, but
their memory may be somebody else's: it is copied once, and shared by all copies of the
copy.
"""

from __future__ import annotations

import weakref
from typing import Any

import numpy as np
import pyarrow as pa

from gradio.caching.forks import new_lock


class _Memory(np.ndarray):
    """Bytes that nobody else can reach, or change."""


# By the address of each buffer that lies in them, as long as they live.
_own: weakref.WeakValueDictionary[int, _Memory] = weakref.WeakValueDictionary()
_lock = new_lock()


def is_own(columns: list[Any]) -> bool:
    """Whether all memory that arrays look at was made by a copy, or is empty."""
    return all(map(is_own_buffer, _buffers(columns)))


def is_own_buffer(buffer: pa.Buffer) -> bool:
    """Whether a buffer lies in memory that was made by a copy, or is empty."""
    memory = _own.get(buffer.address)
    if memory is None:
        return buffer.size == 0
    return buffer.address + buffer.size <= memory.ctypes.data + memory.nbytes


def copied(table: pa.Table, schema: pa.Schema) -> pa.Table:
    """Writes a table into memory of our own, and reads it where it lies there."""
    size = pa.MockOutputStream()
    _write(table, size)
    memory = np.empty(size.size(), np.uint8).view(_Memory)
    _write(table, pa.FixedSizeBufferWriter(pa.py_buffer(memory)))
    memory.flags.writeable = False
    with pa.ipc.open_stream(pa.py_buffer(memory)) as reader:
        copy = reader.read_all()
    with _lock:
        for buffer in _buffers(copy.columns):
            _own[buffer.address] = memory
    return copy.replace_schema_metadata(schema.metadata)


def _write(table: pa.Table, sink: Any) -> None:
    with pa.ipc.new_stream(sink, table.schema) as writer:
        writer.write_table(table)


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
