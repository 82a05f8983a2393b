"""
What a type says of its values: how they are keyed, copied and measured. One file per
family of types.

    from gradio.caching.types import Children, KeyWriter, clone, encode, measure

    @encode.register(Recording)
    def _(value: Recording, out: KeyWriter) -> Children:
        out.write(value.samples)        # bytes or a buffer, with its length
        return value.title, value.tags  # a tuple or list: encoded next, in this order;
                                        # Unordered(...) for sets; None for no children

    @clone.register(Recording)
    def _(value: Recording, memo: Memo) -> Any:
        copy = Recording(value.samples.copy(), value.title)
        memo[id(value)] = copy          # before the first yield: it may contain itself
        copy.tags = yield value.tags    # a part goes out, its copy comes back
        return copy

    @measure.register(Recording)
    def _(value: Recording) -> tuple[int, Children]:
        return value.samples.nbytes, (value.title, value.tags)

Who is not registered is taken by its state. The walks through a value, each without
recursion, are in `hashing`, `snapshot` and `sizing`. Families of libraries are loaded
with the first of their values.
"""

from gradio.caching.types import (
    builtin,
    callables,
    containers,
    exceptions,
    iterators,
    numpy,
    objects,
    stdlib,
    weak,
)
from gradio.caching.types.key_writer import KeyWriter
from gradio.caching.types.registry import (
    Children,
    Memo,
    Region,
    Unordered,
    adds_attributes,
    clone,
    encode,
    for_subclasses,
    immutable,
    immutable_exact,
    measure,
)

__all__ = [
    "Children",
    "KeyWriter",
    "Memo",
    "Region",
    "Unordered",
    "adds_attributes",
    "builtin",
    "callables",
    "clone",
    "containers",
    "encode",
    "exceptions",
    "for_subclasses",
    "immutable",
    "immutable_exact",
    "iterators",
    "measure",
    "numpy",
    "objects",
    "stdlib",
    "weak",
]
