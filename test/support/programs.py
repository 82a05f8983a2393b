"""Programs given as sources, imported as another process would import them."""

from __future__ import annotations

import importlib
import itertools
import sys
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from types import ModuleType

_numbers = itertools.count()


@contextmanager
def program(folder: Path, **sources: str) -> Generator[ModuleType, None, None]:
    """Imports the module `app` of some modules by their sources, anew each time."""
    place = folder / f"release{next(_numbers)}"
    place.mkdir()
    for name, source in sources.items():
        (place / f"{name}.py").write_text(source)
        sys.modules.pop(name, None)
    sys.path.insert(0, str(place))
    importlib.invalidate_caches()
    try:
        yield importlib.import_module("app")
    finally:
        sys.path.remove(str(place))
        for name in sources:
            sys.modules.pop(name, None)
