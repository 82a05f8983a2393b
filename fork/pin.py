"""The pins: which releases of Gradio can be the base, and the hashes that prove it."""

import os
import re
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

from fork import tomlfile
from fork.errors import PinError

VARIABLE = "GRADIO_BASE"
FILE_KEYS = {"distribution", "default", "base"}


@dataclass(frozen=True)
class Pin:
    """A base, as `upstream.toml` states it, checked."""

    distribution: str
    version: str
    wheel: str
    sha256: str
    sdist: str
    sdist_sha256: str
    drop: tuple[str, ...] = ()
    """Files of the base that ours take the place of."""

    @property
    def requirement(self) -> str:
        """For pip. `==6.11.0` would also take our own `6.11.0+cache.1`; `===` won't."""
        return f"{self.distribution}==={self.version}"


def read(path: Path) -> Pin:
    """
    Reads the base that GRADIO_BASE names, else the default. Raises PinError if there
    is none of that version, or the file is not well-formed.
    """
    wanted = os.environ.get(VARIABLE) or default(path)
    pins = read_all(path)
    for pin in pins:
        if pin.version == wanted:
            return pin
    known = ", ".join(pin.version for pin in pins)
    raise PinError(f"{path}: no base {wanted}; there are {known}. Set {VARIABLE}.")


def default(path: Path) -> str:
    """Reads which version is the base where none is named."""
    return _document(path)["default"]


def read_all(path: Path) -> list[Pin]:
    """
    Reads and checks all bases. Raises PinError if a key is missing, unknown or of the
    wrong type, a hash is no sha256, or two have one version.
    """
    document = _document(path)
    pins = [_pin(path, document["distribution"], base) for base in document["base"]]
    if len({pin.version for pin in pins}) < len(pins):
        raise PinError(f"{path}: two bases have the same version")
    return pins


def _document(path: Path) -> dict[str, Any]:
    document = tomlfile.read(path, PinError)
    _check_keys(path, set(document), FILE_KEYS)
    bases = document["base"]
    if not isinstance(bases, list) or not all(isinstance(b, dict) for b in bases):
        raise PinError(f"{path}: base must be [[base]] tables")
    _check_texts(path, document["distribution"], document["default"])
    return document


def _pin(path: Path, distribution: str, table: dict[str, Any]) -> Pin:
    table = {"drop": [], **table}
    names = {field.name for field in fields(Pin)} - {"distribution"}
    _check_keys(path, set(table), names)
    drop = table.pop("drop")
    if not isinstance(drop, list):
        raise PinError(f"{path}: drop must be a list of files")
    _check_texts(path, *table.values(), *drop)
    for key in ("sha256", "sdist_sha256"):
        if not re.fullmatch("[0-9a-f]{64}", table[key]):
            raise PinError(f"{path}: {key} must be 64 lower-case hexadecimal digits")
    return Pin(distribution, **table, drop=tuple(drop))


def _check_keys(path: Path, found: set[str], wanted: set[str]) -> None:
    if found != wanted:
        odd = ", ".join(sorted(wanted ^ found))
        raise PinError(f"{path}: missing or unknown: {odd}")


def _check_texts(path: Path, *values: object) -> None:
    if not all(isinstance(value, str) for value in values):
        raise PinError(f"{path}: every value must be text")
