"""
From a value to bytes that can be kept, and back: exactly, without pickle, and without
running anything of the value's own.

    body of a part:  sizes | rows, then nodes, by msgpack | pieces of memory
    rows:            form, and number and scalars of each container of nothing else
    a node:          number, form, what itself consists of, its parts
    a part:          a plain scalar, or [number] of a node or of a row

Nodes refer to each other by number, so that shared parts stay shared, cycles stay
cycles, and nothing is too deep. What a form is, the type says, in `types.packed`.
"""

from gradio.caching.codec.parts import open_part, seal
from gradio.caching.codec.reading import unpack_value
from gradio.caching.codec.writing import pack_value

__all__ = ["open_part", "pack_value", "seal", "unpack_value"]
