"""States which files differ from the base's (Apache-2.0, 4b), and keeps its license."""

import hashlib
import shutil
from collections.abc import Iterable
from pathlib import Path

from fork.errors import BaseError
from fork.pin import Pin

LICENSES = "licenses"
STATEMENT = """\
Gradio {pin.version} with built-in caching.

This is {pin.distribution} {pin.version} (Apache License 2.0, see GRADIO_LICENSE) with \
the changes listed here,
made to {pin.wheel}, sha256
{pin.sha256}.

Changed:
{changed}

Added:
{added}
{dropped}
{moved} files of the compiled frontend are the base's own under another path. Its source
maps (*.js.map) are left out. All other files are the base's, byte for byte.
"""


def write(new: Path, tree: Path, pin: Pin) -> None:
    """Writes CHANGED_FILES and GRADIO_LICENSE into `new`/licenses."""
    folder = new / LICENSES
    folder.mkdir()
    shutil.copyfile(_license(tree), folder / "GRADIO_LICENSE")
    changed, added, moved = compare(new, tree)
    text = STATEMENT.format(
        pin=pin,
        changed=_listed(changed),
        added=_listed(added),
        dropped=f"\nLeft out:\n{_listed(pin.drop)}\n" if pin.drop else "",
        moved=len(moved),
    )
    (folder / "CHANGED_FILES").write_text(text, "utf-8")


def compare(new: Path, tree: Path) -> tuple[list[str], list[str], list[str]]:
    """The paths below `new`/gradio which are changed, added, or moved as they were.

    A path that is new counts as changed where the base has that file name elsewhere.
    """
    ours, theirs = _digests(new), _digests(tree)
    contents, names = set(theirs.values()), {Path(path).name for path in theirs}
    odd = [path for path, digest in ours.items() if theirs.get(path) != digest]
    moved = [p for p in odd if p not in theirs and ours[p] in contents]
    rest = sorted(set(odd) - set(moved))
    changed = [p for p in rest if p in theirs or _is_moved(p, names)]
    return changed, sorted(set(rest) - set(changed)), moved


def _is_moved(path: str, names: set[str]) -> bool:
    return path.startswith("gradio/templates/") and Path(path).name in names


def _digests(root: Path) -> dict[str, str]:
    files = (path for path in (root / "gradio").rglob("*") if path.is_file())
    return {
        path.relative_to(root).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in files
    }


def _license(tree: Path) -> Path:
    for path in tree.glob("*.dist-info/licenses/LICENSE"):
        return path
    raise BaseError(f"{tree}: the base wheel holds no LICENSE")


def _listed(paths: Iterable[str]) -> str:
    return "\n".join(f"  {path}" for path in paths)
