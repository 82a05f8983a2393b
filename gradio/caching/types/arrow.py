"""
pyarrow's tables, arrays, buffers and scalars: keyed by what can be read from them.
Imported with the first of them.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from gradio.caching.types.arrow_memory import copied, is_own, is_own_buffer
from gradio.caching.types.key_writer import KeyWriter
from gradio.caching.types.registry import (
    Children,
    Memo,
    clone,
    encode,
    for_subclasses,
    immutable,
    measure,
)

OBJECT_BYTES = 1000
"""What is held of a column besides its buffers, which `sys.getsizeof` may count."""

for _kind in (pa.Schema, pa.Field, pa.DataType):
    clone.register(_kind, immutable)


@encode.register(pa.Schema)
def _(value: pa.Schema, out: KeyWriter) -> Children:
    out.write(value.serialize().to_pybytes())


@encode.register(pa.DataType)
def _(value: pa.DataType, out: KeyWriter) -> Children:
    out.write_text(str(value))


@encode.register(pa.Table)
@encode.register(pa.RecordBatch)
def _(value: pa.Table | pa.RecordBatch, out: KeyWriter) -> Children:
    """How a table is cut into chunks does not count."""
    return value.schema, value.num_rows, *value.columns


@clone.register(pa.Table)
@for_subclasses
def _(value: pa.Table, memo: Memo) -> Any:
    return value if is_own(value.columns) else copied(value, value.schema)


@clone.register(pa.RecordBatch)
@for_subclasses
def _(value: pa.RecordBatch, memo: Memo) -> Any:
    if is_own(value.columns):
        return value
    table = copied(pa.Table.from_batches([value]), value.schema)
    batches = table.to_batches()
    return batches[0] if batches else value


@encode.register(pa.ChunkedArray)
def _(value: pa.ChunkedArray, out: KeyWriter) -> Children:
    return _array_parts(pa.concat_arrays(value.chunks or [pa.array([], value.type)]))


@clone.register(pa.ChunkedArray)
@for_subclasses
def _(value: pa.ChunkedArray, memo: Memo) -> Any:
    return value if is_own([value]) else _copied_column(value)


@encode.register(pa.Array)
def _(value: pa.Array, out: KeyWriter) -> Children:
    return _array_parts(value)


@clone.register(pa.Array)
@for_subclasses
def _(value: pa.Array, memo: Memo) -> Any:
    if is_own([value]):
        return value
    chunks = _copied_column(value).chunks
    if len(chunks) != 1:
        return pa.array([], value.type)
    if isinstance(value, pa.ExtensionArray) and type(chunks[0]) is not type(value):
        return value.type.wrap_array(chunks[0])
    return chunks[0]


def _copied_column(column: pa.Array | pa.ChunkedArray) -> pa.ChunkedArray:
    table = pa.table([column], names=[""])
    return copied(table, table.schema).column(0)


@measure.register(pa.Table)
@measure.register(pa.RecordBatch)
@measure.register(pa.ChunkedArray)
@measure.register(pa.Array)
def _(value: Any) -> tuple[int, Children]:
    columns = max(1, getattr(value, "num_columns", 1))
    return columns * OBJECT_BYTES + value.get_total_buffer_size(), ()


@encode.register(pa.Scalar)
def _(value: pa.Scalar, out: KeyWriter) -> Children:
    return str(value.type), value.as_py()


@clone.register(pa.Scalar)
@for_subclasses
def _(value: pa.Scalar, memo: Memo) -> Any:
    """Those of fixed width hold their value, others a piece of an array's memory."""
    if pa.types.is_primitive(value.type) or pa.types.is_null(value.type):
        return value
    return pa.array([value], value.type)[0]


@encode.register(pa.Buffer)
def _(value: pa.Buffer, out: KeyWriter) -> Children:
    out.write(memoryview(value))


@clone.register(pa.Buffer)
@for_subclasses
def _(value: pa.Buffer, memo: Memo) -> Any:
    if value.is_mutable:
        return pa.py_buffer(bytearray(value))
    return value if is_own_buffer(value) else pa.py_buffer(bytes(value))


@measure.register(pa.Buffer)
def _(value: pa.Buffer) -> tuple[int, Children]:
    return OBJECT_BYTES + value.size, ()


def _array_parts(array: pa.Array) -> tuple[Any, ...]:
    """
    What lies under a null, before the offset and behind the end of an array is chance.
    """
    facts = str(array.type), len(array), _nulls(array)
    if len(array) == array.null_count:
        return facts
    for is_kind, content in CONTENTS:
        if is_kind(array.type):
            return *facts, content(array)
    return *facts, array.to_pylist()


def _nulls(array: pa.Array) -> np.ndarray | None:
    if array.null_count == 0:
        return None
    return array.is_null().to_numpy(zero_copy_only=False)


def _filled(array: pa.Array) -> pa.Array:
    return array.fill_null(array.drop_null()[0]) if array.null_count else array


def _numbers(array: pa.Array) -> np.ndarray:
    filled = _filled(array)
    width = filled.type.bit_width // 8
    memory = np.frombuffer(filled.buffers()[1], np.uint8)
    return memory[filled.offset * width : (filled.offset + len(filled)) * width]


def _booleans(array: pa.Array) -> np.ndarray:
    return _numbers(array.cast(pa.uint8()))


def _texts(array: pa.Array) -> tuple[np.ndarray, np.ndarray]:
    """The lengths, and all characters."""
    filled = _filled(array)
    large = pa.types.is_large_string(filled.type) or pa.types.is_large_binary(
        filled.type
    )
    _, places, characters = filled.buffers()
    ends = np.frombuffer(places, np.int64 if large else np.int32)
    ends = ends[filled.offset : filled.offset + len(filled) + 1]
    memory = np.frombuffer(characters, np.uint8) if ends[-1] else np.zeros(0, np.uint8)
    return np.diff(ends), memory[ends[0] : ends[-1]]


def _lists(array: pa.Array) -> tuple[pa.Array, pa.Array]:
    return pc.list_value_length(array), array.flatten()


CONTENTS = (
    (pa.types.is_boolean, _booleans),
    (pa.types.is_primitive, _numbers),
    (pa.types.is_decimal, _numbers),
    (lambda kind: kind in (pa.string(), pa.large_string()), _texts),
    (lambda kind: kind in (pa.binary(), pa.large_binary()), _texts),
    (pa.types.is_dictionary, lambda array: (array.indices, array.dictionary)),
    (pa.types.is_struct, lambda array: array.flatten()),
    (lambda kind: pa.types.is_list(kind) or pa.types.is_large_list(kind), _lists),
)
"""What arrays of a kind consist of; of any other kind, Python objects."""
