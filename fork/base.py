"""Gets the base wheel, and unpacks it once."""

import tempfile
import zipfile
from collections.abc import Collection
from pathlib import Path

from fork import download
from fork.download import Wanted
from fork.pin import Pin

WHEEL_VARIABLE = "GRADIO_BASE_WHEEL"
WHEEL = ("--only-binary", ":all:")


def unpacked(store: Path, pin: Pin) -> Path:
    """The unpacked base below `store`; read-only by agreement, its files get linked."""
    tree = store / f"{pin.distribution}-{pin.version}-{pin.sha256[:12]}"
    if not tree.is_dir():
        unpack(wheel(store, pin), tree, pin.drop)
    for name in pin.drop:  # named after it was unpacked
        (tree / name).unlink(missing_ok=True)
    return tree


def unpack(source: Path, tree: Path, drop: Collection[str] = ()) -> None:
    """
    Unpacks a wheel, without what is dropped, into a directory that is there whole, or
    not at all.
    """
    tree.parent.mkdir(parents=True, exist_ok=True)
    scratch = Path(tempfile.mkdtemp(dir=tree.parent))
    with zipfile.ZipFile(source) as archive:
        kept = [name for name in archive.namelist() if name not in drop]
        archive.extractall(scratch, kept)
    scratch.rename(tree)


def wheel(store: Path, pin: Pin) -> Path:
    """The base wheel: the file that GRADIO_BASE_WHEEL names, else one download."""
    wanted = Wanted(pin.wheel, pin.sha256, pin.requirement, WHEEL, WHEEL_VARIABLE)
    return download.verified(store, wanted)
