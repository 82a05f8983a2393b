"""
Private copies: of what goes into the cache and of what comes out of it, so that no
caller can change what is stored.

Values that can't change are shared as they are; arrays, images and tensors are copied
at memory speed; anything else as `copy.deepcopy` does it (shared parts stay shared,
cycles stay cycles), but without recursion. A type registers how its values are copied,
as a function, or, if it has parts that need copies too, as a generator that yields each
part and is sent its copy:

    from gradio.caching.snapshot import copier

    @copier.register(Recording)
    def _(value: Recording, memo: Memo) -> Any:
        twin = Recording(value.samples.copy())
        memo[id(value)] = twin  # before the first yield, if it may contain itself
        twin.tags = yield value.tags
        return twin

A copier holds for its exact type; mark it with `for_subclasses` if it keeps what a
subclass adds.
"""

from gradio.caching.snapshot import (
    arrays,
    builtin,
    exceptions,
    functions,
    iterators,
    objects,
    stdlib,
    weak,
)
from gradio.caching.snapshot.core import snapshot
from gradio.caching.snapshot.registry import Memo, copier, for_subclasses, share

__all__ = [
    "Memo",
    "arrays",
    "builtin",
    "copier",
    "exceptions",
    "for_subclasses",
    "functions",
    "iterators",
    "objects",
    "share",
    "snapshot",
    "stdlib",
    "weak",
]
