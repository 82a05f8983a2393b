"""
Content keys: a value of any type to 32 bytes that are equal if and only if its typed
content is.

Each type has an encoder, in a registry that anyone may add to. An encoder writes what
the value itself holds, and returns the values that it is made of. The walk in `core`
writes the class's name, encodes the parts next, without recursion, and sees to shared
parts and cycles:

    from gradio.caching.hashing import encode

    @encode.register(Recording)
    def _(value: Recording, out: Stream) -> Children:
        out.write(value.samples)        # bytes or a buffer, with its length
        out.write_text(value.codec)
        return value.title, value.tags  # a tuple or list: encoded next, in this order;
                                        # Unordered(...) for sets; None for no parts
"""

from gradio.caching.hashing import (
    arrays,
    builtin,
    exceptions,
    functions,
    objects,
    stdlib,
)
from gradio.caching.hashing.core import KEY_VERSION, digest
from gradio.caching.hashing.registry import Children, Unordered, encode, with_attributes
from gradio.caching.hashing.stream import Stream

__all__ = [
    "KEY_VERSION",
    "Children",
    "Stream",
    "Unordered",
    "arrays",
    "builtin",
    "digest",
    "encode",
    "exceptions",
    "functions",
    "objects",
    "stdlib",
    "with_attributes",
]
