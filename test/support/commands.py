"""Runs a command that has to succeed."""

import subprocess
import sys
from pathlib import Path


def pip(*args: str | Path, python: str | Path = sys.executable) -> str:
    """This environment's pip, at work for that Python."""
    return run(sys.executable, "-m", "pip", "--python", python, *args)


def run(*command: str | Path, **options) -> str:
    done = subprocess.run(
        [*map(str, command)], capture_output=True, text=True, check=False, **options
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout
