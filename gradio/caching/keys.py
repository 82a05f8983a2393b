"""
Where the result of one call belongs, also when that was found out before the call.
"""

from __future__ import annotations

from collections.abc import Callable
from contextvars import ContextVar
from typing import Any, NamedTuple

from gradio.caching.namespace import Namespace

Args = tuple[Any, ...]


class CacheKey(NamedTuple):
    """Where the result of one call is looked up and stored."""

    namespace: Namespace
    digest: bytes
    generation: int


class PrecomputedKey:
    """
    A key that was made before a run, so that its inputs are not hashed twice. Good for
    one call.
    """

    def __init__(self, cache: object, inputs: list[Any], key: CacheKey) -> None:
        self._cache = cache
        self._inputs: list[Any] | None = inputs
        self._key = key

    def claim(self, cache: object, args: Args) -> CacheKey | None:
        """Gives the key, if it was made for a call of these arguments."""
        if cache is not self._cache or self._inputs is None:
            return None
        given, self._inputs = set(map(id, self._inputs)), None
        return self._key if given <= set(map(id, args)) else None

    def void(self) -> None:
        """Gives no key any more, and frees the inputs."""
        self._inputs = None

    def withholds(self, cache: object) -> bool:  # noqa: ARG002
        """Never: there is a key."""
        return False

    def record(self, cache: object, key: CacheKey) -> None:
        """Is told of a key that was made in the run; it has one already."""


class AwaitedKey:
    """
    Learns the key that the first call in a run makes, as none was made before it.
    """

    def __init__(self, cache: object, learn: Callable[[CacheKey], None]) -> None:
        self._cache = cache
        self._learn: Callable[[CacheKey], None] | None = learn

    def claim(self, cache: object, args: Args) -> None:
        """Has no key to give."""

    def withholds(self, cache: object) -> bool:  # noqa: ARG002
        """Never: a key is awaited."""
        return False

    def record(self, cache: object, key: CacheKey) -> None:
        """Is told of a key that was made in the run."""
        learn, self._learn = self._learn, None
        if learn is not None and cache is self._cache:
            learn(key)


class WithheldKey:
    """
    Lets the first call in a run go uncached, as making its key would hold up others.
    """

    def __init__(self, cache: object) -> None:
        self._cache: object | None = cache

    def claim(self, cache: object, args: Args) -> None:
        """Has no key to give."""

    def withholds(self, cache: object) -> bool:
        """Tells whether a call is the one that goes uncached."""
        is_first = cache is self._cache
        if is_first:
            self._cache = None
        return is_first

    def record(self, cache: object, key: CacheKey) -> None:
        """Is told of a key that was made in the run; nobody wants it."""


PRECOMPUTED_KEY: ContextVar[PrecomputedKey | AwaitedKey | WithheldKey | None] = (
    ContextVar("precomputed_key", default=None)
)
"""What is known of the key of the current event's call."""
