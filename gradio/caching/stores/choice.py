"""Which store a user asked for, checked when a cache is made."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl, unquote

from gradio.caching.stores.backing import Backing
from gradio.caching.stores.schemes import (
    SCHEMES,
    Address,
    backing_of_client,
    checked,
    default_folder,
    open_backing,
    options_of,
    without_password,
)

VARIABLE = "GRADIO_CACHE_STORE"
"""Names the environment's variable that chooses a store for a whole app."""

_METHODS = ("look", "parts", "put", "delete", "clear")
_ATTRIBUTES = ("generations", "leases")
_SEPARATORS = tuple({"/", os.sep, os.altsep or "/"})


@dataclass(frozen=True, slots=True)
class Choice:
    """
    A store: an address, or a backing that its user made; neither for memory alone. What
    was not given is as the whole app has it.
    """

    is_given: bool = False
    address: Address | None = None
    made: Backing | None = None

    @property
    def is_lasting(self) -> bool:
        """Whether something is behind the memory."""
        return self.address is not None or self.made is not None

    def backing(self) -> Backing | None:
        """Opens what is behind the memory."""
        return self.made if self.address is None else open_backing(self.address)


AS_THE_APP = Choice()
MEMORY = Choice(is_given=True)


def chosen(store: Any, per_session: bool = False) -> Choice:
    """
    Reads what was given as `store`. Raises TypeError, ValueError or ImportError, saying
    what is allowed, or what to install.
    """
    choice = _choice(store)
    if per_session and choice.is_lasting:
        raise ValueError(
            "per_session=True goes with store=None or 'memory' alone: a session ends "
            "with its process."
        )
    return choice


def chosen_by_name(store: Any, name: Any, per_session: bool = False) -> Choice:
    """Reads the `store` of a cache that is known to other processes by its name."""
    if not isinstance(name, (str, type(None))):
        raise TypeError(f"name must be a text or None, not {name!r}.")
    choice = chosen(store, per_session)
    if name == "":
        raise ValueError("name must not be empty.")
    if choice.is_lasting and name is None:
        raise ValueError("A store needs name=, by which its entries are found again.")
    return choice if name is not None else MEMORY


def chosen_for_app(environment: Mapping[str, str] = os.environ) -> Choice:
    """Reads the store of a whole app; raises as `chosen`, and names the variable."""
    given = environment.get(VARIABLE, "").strip()
    try:
        return _choice(given) if given else MEMORY
    except (ImportError, ValueError) as error:
        raise type(error)(f"{VARIABLE}: {error}") from None


def _choice(store: Any) -> Choice:
    if store is None:
        return AS_THE_APP
    if isinstance(store, str):
        return MEMORY if store == "memory" else _at(_address(store))
    if isinstance(store, os.PathLike):
        path = os.fspath(store)
        if isinstance(path, str):
            return _at(_folder(path))
    made = backing_of_client(store) or _checked_backing(store)
    return Choice(is_given=True, made=made)


def _at(address: Address) -> Choice:
    return Choice(is_given=True, address=checked(address))


def _address(text: str) -> Address:
    scheme, has_scheme, rest = text.partition("://")
    if has_scheme and scheme.lower() in SCHEMES:
        return _of_scheme(scheme.lower(), rest)
    if text == "disk" or text.startswith("disk?"):
        return _of_scheme("disk", text.removeprefix("disk"))
    if not has_scheme and any(separator in text for separator in _SEPARATORS):
        return _folder(text)
    raise ValueError(f"{_allowed()}, not {without_password(text)!r}.")


def _of_scheme(scheme: str, rest: str) -> Address:
    target, _, query = rest.partition("?")
    options = options_of(scheme, dict(parse_qsl(query, keep_blank_values=True)))
    if scheme == "disk":
        return Address(scheme, _path(unquote(target)), options)
    return Address(scheme, f"{scheme}://{target}", options)


def _folder(path: str) -> Address:
    return Address("disk", _path(path))


def _path(path: str) -> str:
    if "\0" in path:
        raise ValueError(f"{path!r} is no path.")
    # The program may go to another folder later.
    return os.path.abspath(os.path.expanduser(path)) if path else default_folder()


def _allowed() -> str:
    urls = ", ".join(f"{scheme}://" for scheme in sorted(SCHEMES))
    return (
        'store must be None, "memory", "disk", a path with a separator in it, a URL '
        f"with {urls}, a client such as redis.Redis, or an object with the methods of "
        "a Backing"
    )


def _checked_backing(store: Any) -> Backing:
    missing = [n for n in _METHODS if not callable(getattr(store, n, None))]
    missing += [name for name in _ATTRIBUTES if not hasattr(store, name)]
    if isinstance(store, type):
        raise TypeError(f"{_allowed()}, not the class {store.__qualname__}.")
    if missing:
        lacks = ", ".join(missing)
        raise TypeError(f"{_allowed()}, not {store!r}, which has no {lacks}.")
    return store
