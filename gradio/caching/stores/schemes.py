"""The kinds of backings, by the schemes of addresses; imported when one is opened."""

from __future__ import annotations

import importlib
import importlib.util
import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from gradio.caching.forks import new_lock
from gradio.caching.settings import in_bytes
from gradio.caching.stores.backing import MAX_ENTRY, Backing

_PREFIX = re.compile(r"[A-Za-z0-9_.:-]{1,100}", re.ASCII)
_PASSWORD = re.compile(r"(?<=//).*@", re.DOTALL)
_SECRET = re.compile(r"(?<=password=)[^&]*")

MAX_SIZE = 4 * 2**30
"""Bytes. What a folder may grow to."""


@dataclass(frozen=True, slots=True)
class Options:
    """What an address says besides where it leads."""

    prefix: str = ""
    timeout: float = 0.5
    max_entry: int = MAX_ENTRY
    max_size: int = MAX_SIZE
    others: tuple[tuple[str, str], ...] = field(default=(), repr=False)
    """Those that are the client library's own."""


@dataclass(frozen=True, slots=True, repr=False)
class Address:
    """Where a backing is: a scheme, and a folder or a URL without our options."""

    scheme: str
    target: str
    options: Options = Options()

    def __repr__(self) -> str:
        return without_password(self.target)


@dataclass(frozen=True, slots=True)
class Scheme:
    """How a kind of backing is opened, what it takes, and which package it needs."""

    opener: str
    """A function of an `Address`, as "module:name"."""
    options: frozenset[str]
    takes_others: bool = False
    needs: str = ""
    extra: str = ""
    """What pip is asked for to get the package."""
    checker: str = ""
    """A function of an `Address` that raises ValueError for what it can't open."""


_REDIS = Scheme(
    "gradio.caching.stores.redis_address:open_redis",
    frozenset({"prefix", "timeout", "max_entry"}),
    takes_others=True,
    needs="redis",
    extra="gradio[redis]",
    checker="gradio.caching.stores.redis_address:check_redis",
)
SCHEMES: dict[str, Scheme] = {
    "disk": Scheme(
        "gradio.caching.stores.disk:open_disk", frozenset({"max_size", "max_entry"})
    ),
    "redis": _REDIS,
    "rediss": _REDIS,
    "unix": _REDIS,
    "valkey": _REDIS,
}
"""Open to more: a module that brings a kind of backing adds its schemes."""

CLIENTS = dict.fromkeys(
    ("redis", "valkey"), "gradio.caching.stores.redis_address:open_client"
)
"""How a client that its user made is opened, by the package that it is of."""

_opened: dict[Address, Backing] = {}
_lock = new_lock()


def without_password(url: str) -> str:
    """Returns a URL as it may be logged."""
    return _SECRET.sub("***", _PASSWORD.sub("***@", url))


def checked(address: Address) -> Address:
    """
    Raises ImportError, with what to install, if the package is not there, and
    ValueError for what can't be read.
    """
    scheme = SCHEMES[address.scheme]
    if scheme.needs and importlib.util.find_spec(scheme.needs) is None:
        raise ImportError(
            f"The store {address!r} needs the package {scheme.needs!r}, which is not "
            f'installed: pip install "{scheme.extra or scheme.needs}"'
        )
    if scheme.checker:
        _function(scheme.checker)(address)
    return address


def backing_of_client(client: Any) -> Backing | None:
    """
    Opens the store of a client that its user made; None if it is none. Raises TypeError
    or ValueError for one that can't be used.
    """
    for kind in type(client).__mro__:
        opener = CLIENTS.get(kind.__module__.partition(".")[0])
        if opener is not None and not hasattr(client, "look"):
            return _function(opener)(client)
    return None


def open_backing(address: Address) -> Backing:
    """Opens a backing, or returns the one that was opened for an equal address."""
    with _lock:
        if address not in _opened:
            _opened[address] = _function(SCHEMES[address.scheme].opener)(address)
        return _opened[address]


def _function(named: str) -> Any:
    module, _, name = named.partition(":")
    return getattr(importlib.import_module(module), name)


def options_of(scheme: str, given: Mapping[str, str]) -> Options:
    """Checks the options of an address. Raises ValueError, saying what is allowed."""
    kind, found, others = SCHEMES[scheme], dict[str, Any](), list[tuple[str, str]]()
    for name, text in given.items():
        if name in kind.options:
            found[name] = _READERS[name](name, text)
        elif kind.takes_others:
            others.append((name, text))
        else:
            allowed = ", ".join(sorted(kind.options))
            raise ValueError(
                f"{name!r} is no option of a store {scheme!r}; it takes {allowed}."
            )
    return Options(**found, others=tuple(sorted(others)))


def _seconds(name: str, text: str) -> float:
    try:
        seconds = float(text)
    except ValueError:
        seconds = 0.0
    if not 0 < seconds <= 60:
        allowed = "a number of seconds, more than 0 and at most 60"
        raise ValueError(f"{name} must be {allowed}, not {text!r}.")
    return seconds


def _prefix(name: str, text: str) -> str:
    if not _PREFIX.fullmatch(text):
        allowed = "letters, digits, and any of _ . : -"
        raise ValueError(f"{name} must be of {allowed}, not {text!r}.")
    return text


_READERS = {
    "max_entry": in_bytes,
    "max_size": in_bytes,
    "prefix": _prefix,
    "timeout": _seconds,
}


def default_folder() -> str:
    """Where a store on disk is if nobody says: what lasts on a Space, else here."""
    if "SPACE_ID" in os.environ and os.access("/data", os.W_OK | os.X_OK):
        return os.path.join(os.sep, "data", ".gradio", "cache")
    return os.path.abspath(os.path.join(".gradio", "cache"))
