"""
Content keys: a value of any type to 32 bytes that are equal if and only if its typed
content is.

What a value's own content is, and which values it is made of, its type says, in
`types`. The walk writes the class's name, encodes the children next, without recursion,
and sees to shared parts and cycles.
"""

from gradio.caching.hashing.core import KEY_VERSION, digest

__all__ = ["KEY_VERSION", "digest"]
