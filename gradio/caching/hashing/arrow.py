"""Encoders of pyarrow's tables, arrays and scalars, by their IPC stream. Imported with the first of them."""

from __future__ import annotations

import io

import pyarrow as pa

from gradio.caching.hashing.registry import Children, encode
from gradio.caching.hashing.stream import Stream


class _Sink(io.RawIOBase):
    """A file that a stream reads from: what is written goes into a key."""

    def __init__(self, out: Stream) -> None:
        self._out = out

    def writable(self) -> bool:
        return True

    def write(self, data) -> int:
        view = memoryview(data).cast("B")
        self._out.write(view)
        return view.nbytes


def encode_table(table: pa.Table, out: Stream) -> None:
    """
    Parameters:
        table: any table; how its columns are cut into chunks does not count.
        out: gets the schema with its metadata, and the rows.
    """
    whole = table.combine_chunks()
    with pa.ipc.new_stream(pa.PythonFile(_Sink(out), "w"), whole.schema) as writer:
        writer.write_table(whole)


@encode.register(pa.Table)
def _(value: pa.Table, out: Stream) -> Children:
    encode_table(value, out)


@encode.register(pa.RecordBatch)
def _(value: pa.RecordBatch, out: Stream) -> Children:
    encode_table(pa.Table.from_batches([value]), out)


@encode.register(pa.Array)
@encode.register(pa.ChunkedArray)
def _(value: pa.Array | pa.ChunkedArray, out: Stream) -> Children:
    encode_table(pa.table({"": value}), out)


@encode.register(pa.Scalar)
def _(value: pa.Scalar, out: Stream) -> Children:
    encode_table(pa.table({"": pa.array([value.as_py()], value.type)}), out)


@encode.register(pa.Schema)
def _(value: pa.Schema, out: Stream) -> Children:
    out.write(value.serialize().to_pybytes())


@encode.register(pa.Buffer)
def _(value: pa.Buffer, out: Stream) -> Children:
    out.write(memoryview(value))
