"""Encoders of pyarrow's tables, arrays and scalars. Imported with the first of them."""

from __future__ import annotations

from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from gradio.caching.hashing.registry import Children, encode
from gradio.caching.hashing.stream import Stream


@encode.register(pa.Schema)
def _(value: pa.Schema, out: Stream) -> Children:
    out.write(value.serialize().to_pybytes())


@encode.register(pa.Table)
@encode.register(pa.RecordBatch)
def _(value: pa.Table | pa.RecordBatch, out: Stream) -> Children:
    """How a table is cut into chunks does not count."""
    return value.schema, value.num_rows, *value.columns


@encode.register(pa.ChunkedArray)
def _(value: pa.ChunkedArray, out: Stream) -> Children:
    return _array_parts(pa.concat_arrays(value.chunks or [pa.array([], value.type)]))


@encode.register(pa.Array)
def _(value: pa.Array, out: Stream) -> Children:
    return _array_parts(value)


@encode.register(pa.Scalar)
def _(value: pa.Scalar, out: Stream) -> Children:
    return str(value.type), value.as_py()


@encode.register(pa.DataType)
def _(value: pa.DataType, out: Stream) -> Children:
    out.write_text(str(value))


@encode.register(pa.Buffer)
def _(value: pa.Buffer, out: Stream) -> Children:
    out.write(memoryview(value))


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
