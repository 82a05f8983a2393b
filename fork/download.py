"""Gets a pinned file from the package index with pip, and proves that it is the one."""

import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

from fork.errors import BaseError


@dataclass(frozen=True)
class Wanted:
    """A file that pip can get: the wheel of a release, or its source distribution."""

    name: str
    sha256: str
    requirement: str
    kind: tuple[str, str]
    variable: str


def verified(store: Path, wanted: Wanted) -> Path:
    """
    The file that the environment variable names, else the one of a single download.
    Raises BaseError if it can't be had, or its sha256 is another.
    """
    if named := os.environ.get(wanted.variable):
        if not Path(named).is_file():
            raise BaseError(f"{wanted.variable} names no file: {named}")
        return _proven(Path(named), wanted)
    path = store / wanted.name
    if not path.is_file():
        _download(store, wanted)
    return _proven(path, wanted)


def _proven(path: Path, wanted: Wanted) -> Path:
    found = hashlib.sha256(path.read_bytes()).hexdigest()
    if found == wanted.sha256:
        return path
    raise BaseError(
        f"{path} is not the pinned {wanted.name}: its sha256 is {found},\n"
        f"upstream.toml wants {wanted.sha256}.\n"
        "Delete the file and build again, or name the right one in "
        f"{wanted.variable}."
    )


def _download(store: Path, wanted: Wanted) -> None:
    store.mkdir(parents=True, exist_ok=True)
    scratch = Path(tempfile.mkdtemp(dir=store))
    try:
        line = f"{wanted.requirement} --hash=sha256:{wanted.sha256}\n"
        (scratch / "pin.txt").write_text(line)
        pip = subprocess.run(
            _pip(scratch, wanted),
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
        )
        if pip.returncode:
            raise BaseError(_why_no_download(pip.stdout, store, wanted))
        (scratch / wanted.name).replace(store / wanted.name)
    finally:
        shutil.rmtree(scratch, ignore_errors=True)


def _pip(scratch: Path, wanted: Wanted) -> list[str]:
    pip = [sys.executable, "-m", "pip", "download", "--quiet"]
    only_that = ["--no-deps", *wanted.kind, "--require-hashes"]
    return [*pip, *only_that, "-r", str(scratch / "pin.txt"), "-d", str(scratch)]


def _why_no_download(output: str, store: Path, wanted: Wanted) -> str:
    if "DO NOT MATCH THE HASHES" in output:
        cure = (
            f"The package index serves another {wanted.name} than upstream.toml pins.\n"
            "Compare the sha256 there with the one the index states; if the index "
            "is a mirror, use another."
        )
    elif "No module named pip" in output:
        cure = f"Install pip for {sys.executable}, or set {wanted.variable}."
    else:
        cure = (
            "With no network, get that file elsewhere and put it into\n"
            f"{store}/, or name it: {wanted.variable}=/path/to/{wanted.name}"
        )
    return f"pip could not download {wanted.name}:\n{output.strip()}\n\n{cure}"
