"""The pin: which release of Gradio is the base, and the hash that proves it."""

import re
from dataclasses import dataclass, fields
from pathlib import Path

from fork import tomlfile
from fork.errors import PinError


@dataclass(frozen=True)
class Pin:
    """`upstream.toml`, checked."""

    distribution: str
    version: str
    wheel: str
    sha256: str
    sdist: str
    sdist_sha256: str

    @property
    def requirement(self) -> str:
        """For pip. `==6.11.0` would also take our own `6.11.0+cache.1`; `===` won't."""
        return f"{self.distribution}==={self.version}"


def read(path: Path) -> Pin:
    """
    Reads and checks `upstream.toml`. Raises PinError if a key is missing, unknown or
    not text, or the hash is no sha256.
    """
    table = tomlfile.read(path, PinError)
    wanted = {field.name for field in fields(Pin)}
    if set(table) != wanted:
        odd = ", ".join(sorted(wanted ^ set(table)))
        raise PinError(f"{path}: missing or unknown: {odd}")
    if not all(isinstance(value, str) for value in table.values()):
        raise PinError(f"{path}: every value must be text")
    for key in ("sha256", "sdist_sha256"):
        if not re.fullmatch("[0-9a-f]{64}", table[key]):
            raise PinError(f"{path}: {key} must be 64 lower-case hexadecimal digits")
    return Pin(**table)
