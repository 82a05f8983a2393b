"""
What a type says of its values: how they are keyed, copied, measured and written to a
store. One file per family of types; for stores, a second one of its name in `packed`.

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

    @pack.register(Recording)
    def _(value: Recording) -> Packed:
        return (memoryview(value.samples),), (value.title, value.tags)

    @unpack.register(Recording)
    def _(own: Own, count: int) -> Making:
        made = Recording(bytearray(memoryview(own[0])), None)
        made.title, made.tags = yield made      # parts of it may refer to it

Who is not registered is taken by its state, and by a store only if it is plain. The
walks through a value, each without recursion, are in `hashing`, `snapshot`, `sizing`
and `codec`. Families of libraries are loaded with the first of their values.
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
from gradio.caching.types.packing import Making, Own, Packed, pack, unpack
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
    "Making",
    "Memo",
    "Own",
    "Packed",
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
    "pack",
    "stdlib",
    "unpack",
    "weak",
]
