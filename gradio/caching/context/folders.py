"""Folders among arguments, which count by all that is in them."""

from __future__ import annotations

import os
from collections.abc import Iterator

from gradio.caching.errors import UnkeyableError

# To look at more of them takes longer than most functions.
MOST_PATHS = 4096


def paths_below(folder: str) -> list[str]:
    """
    Lists what is in a folder, however deep, in an order of its own; nothing if it is no
    folder. Raises UnkeyableError if that is very much.
    """
    found: list[str] = []
    for path in _walk(folder):
        found.append(path)
        if len(found) > MOST_PATHS:
            raise UnkeyableError(f"a folder of more than {MOST_PATHS} files")
    return found


def _walk(folder: str) -> Iterator[str]:
    for here, folders, names in os.walk(folder):
        folders.sort()
        yield from (os.path.join(here, name) for name in sorted([*folders, *names]))
