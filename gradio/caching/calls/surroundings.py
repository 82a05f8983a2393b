"""What the result of a call depends on besides its arguments."""

from __future__ import annotations

import operator
from collections.abc import Callable, Collection, Iterable, Iterator
from typing import Any

from gradio.caching.calls.bindings import as_counted, bound_content, digest_if_any
from gradio.caching.calls.fixed import is_fixed
from gradio.caching.calls.signatures import bound_by, live_defaults, wrapped_callables
from gradio.caching.calls.variables import Variables
from gradio.caching.errors import UnkeyableError
from gradio.caching.hashing import digest

Values = tuple[Any, ...]


class Surroundings:
    """
    What a function is bound to, the defaults that its decorators hide, and the
    variables that it captured and that were set anew. Thread-safe.
    """

    def __init__(
        self,
        fn: Callable[..., Any],
        names: Collection[str],
        translate: Callable[[Any], Any],
        ignored: Callable[[Any], bool],
    ) -> None:
        self._fn = fn
        self._names = names
        self._translate = translate
        self._ignored = ignored
        self._is_bound = any(bound_by(fn))
        self._hidden = HiddenDefaults(fn, ignored)
        self._variables = Variables(fn)
        self.never_count = not (self._is_bound or self._hidden or self._variables)

    @property
    def are_empty(self) -> bool:
        """Whether nothing counts but the arguments."""
        if self.never_count:
            return True
        if self._is_bound or (self._hidden and not self._hidden.are_plain):
            return False
        return not self._variables.changed()

    @property
    def were_replaced(self) -> bool:
        """Whether a variable or a hidden default is another than in the beginning."""
        return self._hidden.were_replaced or bool(self._variables.changed())

    def values(self) -> Values:
        """Lists what counts as it is now."""
        bound = bound_content(self._fn, self._names) if self._is_bound else ()
        hidden = () if self._hidden.are_plain else self._hidden.values()
        anew = (part for pair in self._variables.changed() for part in pair)
        counting = (as_counted(v) for v in (*hidden, *anew) if not self._ignored(v))
        return tuple(map(self._translate, (*bound, *counting)))

    def digests(self) -> Values:
        """Digests what counts. Raises UnkeyableError."""
        return tuple(map(digest_if_any, self.values()))

    def state(self) -> bytes | None:
        """
        Digests all that may change while the function runs, its own defaults included;
        None if nothing can, or it has no content.
        """
        defaults = tuple(_flat([self._fn]))
        if self.never_count and is_fixed(defaults):
            return None
        own = (as_counted(v) for v in defaults if not self._ignored(v))
        values = (*self.values(), *map(self._translate, own))
        if is_fixed(values) and not self.were_replaced:
            return None
        try:
            return digest(tuple(map(digest_if_any, values)))
        except UnkeyableError:
            return None


class HiddenDefaults:
    """What the callables that a decorated one wraps fill in, or hold as a partial."""

    def __init__(self, fn: Callable[..., Any], ignored: Callable[[Any], bool]) -> None:
        self._wrapped = tuple(wrapped_callables(fn))
        self._was = self.values()
        counting = (as_counted(v) for v in self._was if not ignored(v))
        self._are_fixed = is_fixed(tuple(counting))

    def __bool__(self) -> bool:
        return bool(self._wrapped)

    @property
    def were_replaced(self) -> bool:
        """Whether one is another object than in the beginning."""
        now, was = self.values(), self._was
        return len(now) != len(was) or any(map(operator.is_not, now, was))

    @property
    def are_plain(self) -> bool:
        """Whether they are as in the beginning, and can't change."""
        return self._are_fixed and not self.were_replaced

    def values(self) -> Values:
        """Lists them as they are now."""
        held = (value for fn in self._wrapped for value in bound_by(fn).args)
        return *held, *_flat(self._wrapped)


def _flat(functions: Iterable[Any]) -> Iterator[Any]:
    for fn in functions:
        for value in live_defaults(fn):
            yield from value if type(value) is tuple else (value,)
