"""
Real sizes: how many bytes a value holds in memory, with everything that it consists of,
shared parts once.

A type that holds memory which `sys.getsizeof` does not see registers what it is made
of:

    from gradio.caching.sizing import Parts, size_children

    @size_children.register(Recording)
    def _(value: Recording) -> Parts:
        return value.samples_nbytes, (value.title, value.tags)

The first is the bytes that the value holds itself, the second the values to be counted
next.
"""

from gradio.caching.sizing import arrays, builtin, containers
from gradio.caching.sizing.core import size_of
from gradio.caching.sizing.registry import Parts, Region, size_children

__all__ = [
    "Parts",
    "Region",
    "arrays",
    "builtin",
    "containers",
    "size_children",
    "size_of",
]
