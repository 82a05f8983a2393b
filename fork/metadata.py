"""What the base wheel says of itself: its requirements, its extras and its scripts."""

from __future__ import annotations

import re
from collections import defaultdict
from importlib.metadata import Distribution
from pathlib import Path
from typing import Any

from fork.errors import BaseError

_OF_EXTRA = re.compile(r"""\s*(?:and\s+|;\s*)?extra == ['"]([\w.-]+)['"]""")


def read(tree: Path) -> dict[str, Any]:
    """
    Returns the fields of pyproject.toml's `[project]` that an unpacked wheel states.
    Raises BaseError if the wheel holds no metadata.
    """
    for folder in tree.glob("*.dist-info"):
        return _fields(Distribution.at(folder))
    raise BaseError(f"{tree}: the base wheel holds no metadata")


def _fields(base: Distribution) -> dict[str, Any]:
    by_extra: dict[str | None, list[str]] = defaultdict(list)
    for requirement in base.requires or []:
        extra = _OF_EXTRA.search(requirement)
        by_extra[extra and extra[1]].append(_OF_EXTRA.sub("", requirement))
    scripts = base.entry_points.select(group="console_scripts")
    return {
        "dependencies": by_extra.pop(None, []),
        "optional-dependencies": dict(by_extra),
        "scripts": {script.name: script.value for script in scripts},
    }
