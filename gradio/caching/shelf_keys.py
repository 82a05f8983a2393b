"""By what another process finds the records of a function: a name, and keys."""

from __future__ import annotations

from collections.abc import Callable

from gradio.caching.code.portable_keys import with_portable
from gradio.caching.code.shelf_name import ShelfName
from gradio.caching.errors import log_failure_once, warn_once
from gradio.caching.forks import new_lock
from gradio.caching.keys import LastingKey
from gradio.caching.stores.backing import Place


class ShelfKeys:
    """The name of one shelf, and the portable keys of its records. Thread-safe."""

    def __init__(
        self, naming: Callable[[], ShelfName], title: str, is_given: bool = True
    ) -> None:
        self.title = title
        self._naming = naming
        self._is_given = is_given
        self._known: ShelfName | None = None
        self._lock = new_lock()

    @property
    def name(self) -> str | None:
        """Names it when it is asked for first; None if no other process could."""
        with self._lock:
            if self._known is None:
                self._known = self._named()
            return self._known.name

    def key_of(self, make: Callable[[], bytes]) -> tuple[bytes, LastingKey | None]:
        """Makes a key, and the portable one if there is one."""
        if self.name is None:
            return make(), None
        key, portable = with_portable(make)
        if portable.digest is not None:
            return key, LastingKey(portable.digest)
        if self._is_given:
            warn_once(
                (self.title, portable.obstacle),
                f"A call of {self.title} is kept in memory alone, as its key holds "
                f"{portable.obstacle}. Pass key= to gr.cache, a function that takes "
                "the dict of arguments and returns what the result depends on.",
            )
        return key, None

    def place(self, key: bytes) -> Place:
        """Tells where the record of a key is."""
        return Place(self.name or "", key)

    def _named(self) -> ShelfName:
        try:
            named = self._naming()
        except Exception as error:
            log_failure_once("naming a function", error)
            return ShelfName(None)
        if named.obstacle is not None and self._is_given:
            warn_once(
                (self.title, "shelf"),
                f"The results of {self.title} are kept in memory alone, as no other "
                f"process could tell {named.obstacle}. Pass version= to gr.cache, and "
                "another one whenever that changes.",
            )
        return named
