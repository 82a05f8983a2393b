"""
Where the result of one call belongs, also when that was found out before the call.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextvars import ContextVar
from typing import Any, NamedTuple

from gradio.caching.namespace import Namespace

Args = tuple[Any, ...]
Kwargs = Mapping[str, Any]


class Call(NamedTuple):
    """The arguments of a call."""

    args: Args = ()
    kwargs: Kwargs = {}

    def places(self) -> dict[int | str, Any]:
        """Lists the arguments by their positions and names."""
        return {**dict(enumerate(self.args)), **self.kwargs}


class LastingKey(NamedTuple):
    """The portable key of a call, and whether what is kept there may be its result."""

    digest: bytes
    may_be_given: bool = True


class CacheKey(NamedTuple):
    """
    Where the result of one call is looked up and stored: in memory, and behind it if
    there is a store that outlives the process.
    """

    namespace: Namespace
    digest: bytes
    generation: int
    lasting: LastingKey | None = None

    def for_a_new_run(self) -> CacheKey:
        """Returns the key of a call whose result must not come from a store."""
        if self.lasting is None:
            return self
        return self._replace(lasting=self.lasting._replace(may_be_given=False))


class PrecomputedKey:
    """
    A key that was made before a run, so that its inputs are not hashed twice. Good for
    one call.
    """

    def __init__(
        self, cache: object, inputs: list[Any], key: CacheKey, call: Call
    ) -> None:
        self._cache = cache
        self._inputs = _places_of(inputs, call)
        self._key = key

    def claim(self, cache: object, args: Args, kwargs: Kwargs) -> CacheKey | None:
        """Gives the key, if in this call the inputs are in the places they had."""
        if cache is not self._cache or self._inputs is None:
            return None
        inputs, self._inputs = self._inputs, None
        given = Call(args, kwargs).places()
        # What else Gradio passes is made anew for each call.
        is_same = all(p in given and given[p] is v for p, v in inputs.items())
        return self._key if is_same else None

    def void(self) -> None:
        """Gives no key any more, and frees the inputs."""
        self._inputs = None

    def withholds(self, cache: object) -> bool:  # noqa: ARG002
        """Never: there is a key."""
        return False

    def record(self, cache: object, key: CacheKey) -> None:
        """Is told of a key that was made in the run; it has one already."""

    def is_for(self, cache: object, key: CacheKey) -> bool:
        """Tells whether a key is the one that was made."""
        return cache is self._cache and key.digest == self._key.digest


class AwaitedKey:
    """
    Learns the key that the first call in a run makes, as none was made before it.
    """

    def __init__(self, cache: object, learn: Callable[[CacheKey], None]) -> None:
        self._cache = cache
        self._learn: Callable[[CacheKey], None] | None = learn

    def claim(self, cache: object, args: Args, kwargs: Kwargs) -> None:
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

    def claim(self, cache: object, args: Args, kwargs: Kwargs) -> None:
        """Has no key to give."""

    def withholds(self, cache: object) -> bool:
        """Tells whether a call is the one that goes uncached."""
        is_first = cache is self._cache
        if is_first:
            self._cache = None
        return is_first

    def record(self, cache: object, key: CacheKey) -> None:
        """Is told of a key that was made in the run; nobody wants it."""


def _places_of(inputs: list[Any], call: Call) -> dict[int | str, Any] | None:
    """Where in a call the inputs are, None if one is not there as it is."""
    given = set(map(id, inputs))
    places = {p: value for p, value in call.places().items() if id(value) in given}
    return places if given == set(map(id, places.values())) else None


class RenewedKey:
    """
    Lets a run replace the entry of one key, which it makes anew, in whatever session.
    """

    def __init__(self, cache: object, key: CacheKey) -> None:
        self._cache = cache
        self._key = key

    def claim(self, cache: object, args: Args, kwargs: Kwargs) -> None:
        """Has no key to give."""

    def withholds(self, cache: object) -> bool:  # noqa: ARG002
        """Never: the key is known."""
        return False

    def record(self, cache: object, key: CacheKey) -> CacheKey | None:
        """Returns the key in place of an equal one that was made in the run."""
        return self._key if self.is_for(cache, key) else None

    def is_for(self, cache: object, key: CacheKey) -> bool:
        """Tells whether a key is of the call whose entry is to be replaced."""
        return cache is self._cache and key.digest == self._key.digest


Known = PrecomputedKey | AwaitedKey | WithheldKey | RenewedKey
PRECOMPUTED_KEY: ContextVar[Known | None] = ContextVar("precomputed_key", default=None)
"""What is known of the key of the current event's call."""


def renews(cache: object, key: CacheKey) -> bool:
    """Tells whether the current event runs to replace the entry of a key."""
    known = PRECOMPUTED_KEY.get()
    return isinstance(known, RenewedKey) and known.is_for(cache, key)


def was_looked_up(cache: object, key: CacheKey) -> bool:
    """Tells whether a key is of the current event's call, and was looked up before."""
    known = PRECOMPUTED_KEY.get()
    return isinstance(known, PrecomputedKey) and known.is_for(cache, key)
