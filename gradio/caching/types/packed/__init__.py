"""
What the families say of how their values are written to a store, each in the file of
its name. Those of libraries are imported with the first of their values.
"""

from gradio.caching.types.packed import (
    builtin,
    containers,
    exceptions,
    objects,
    stdlib,
)
from gradio.caching.types.packed.builtin import NATIVE
from gradio.caching.types.packed.containers import HASHING, ROWS

__all__ = [
    "HASHING",
    "NATIVE",
    "ROWS",
    "builtin",
    "containers",
    "exceptions",
    "objects",
    "stdlib",
]
