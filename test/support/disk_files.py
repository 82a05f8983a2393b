"""What a store on disk leaves in its folder."""

from __future__ import annotations

import math
from pathlib import Path

from support.records import PLACE


def put_alone(store, part, content):
    """Puts a record of one part, which has no meta."""
    claim = store.look(PLACE, []).claim
    return store.put(PLACE, {part: [content]}, claim, math.inf)


def files(store):
    """Lists the files of a store by name."""
    return sorted(p.name for p in Path(store.folder).rglob("*") if p.is_file())
