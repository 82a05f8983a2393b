"""Programs given as sources, imported as another process would import them."""

from __future__ import annotations

import importlib
import itertools
import sys
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import ModuleType

from gradio.caching.code.fingerprint import CodeWalk

_numbers = itertools.count()


def fingerprint(folder: Path, **sources: str) -> bytes:
    """Digests the code that `f` of the module `app` comes to."""
    with program(folder, **sources) as module:
        return CodeWalk().digest([module.f])


def fingerprints(
    folder: Path, numbers: tuple[int, ...], **sources: str
) -> Iterator[bytes]:
    """As `fingerprint`, with one number after the other in place of NUMBER."""
    for number in map(str, numbers):
        made = {n: text.replace("NUMBER", number) for n, text in sources.items()}
        yield fingerprint(folder, **made)


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
