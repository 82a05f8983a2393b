"""
Private copies: what goes into the cache and what comes out of it, so that no caller can change what is stored.

Values that can't change are shared as they are; arrays, images and tensors are copied at memory speed; anything else like
`copy.deepcopy` does (shared parts stay shared, cycles stay cycles), but without recursion. A type registers how its
values are copied, as a function or, if it has parts that need copies too, as a generator that yields each part and gets its
copy back:

    from gradio.caching.snapshot import copier

    @copier.register(Recording)
    def _(value: Recording, memo: dict[int, Any]) -> Any:
        twin = Recording(value.samples.copy())
        memo[id(value)] = twin              # before the first yield, if the value may contain itself
        twin.tags = yield value.tags
        return twin
"""

from gradio.caching.snapshot import arrays, builtin, objects, stdlib
from gradio.caching.snapshot.core import snapshot
from gradio.caching.snapshot.registry import copier, share

__all__ = ["arrays", "builtin", "copier", "objects", "share", "snapshot", "stdlib"]
