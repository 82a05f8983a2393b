"""Lets one process assemble at a time; the others wait, and find the work done."""

from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

try:
    import fcntl
except ImportError:  # Windows: two builds at once are the user's own risk there
    fcntl = None


@contextmanager
def locked(path: Path) -> Generator[None, None, None]:
    """Holds the lock file `path`; the system lets go of it when the process ends."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a") as file:
        if fcntl:
            fcntl.flock(file, fcntl.LOCK_EX)
        yield
