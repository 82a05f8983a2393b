"""Reads a TOML file; `tomli` stands in for the standard library's reader on 3.10."""

import sys
from pathlib import Path
from typing import Any

from fork.errors import ForkError

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib


def read(path: Path, error: type[ForkError]) -> dict[str, Any]:
    """The file as a dictionary; `error` if it is missing or not TOML."""
    try:
        return tomllib.loads(path.read_text("utf-8"))
    except OSError as e:
        raise error(f"{path}: cannot be read: {e.strerror}") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as e:
        raise error(f"{path}: not valid TOML: {e}") from None
