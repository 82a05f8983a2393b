"""How the patches put our package into the place of Gradio's own cache, name by name.

Nobody reads that cache: git moves and deletes it by its name and the hash of what is in
it. First it is moved into our package, which hands out its names. Patch by patch these
are ours instead, and with the last of them it is deleted.
"""

from __future__ import annotations

import ast
import hashlib
import zipfile
from collections.abc import Collection
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from fork import base, diff, imported, locate
from fork.errors import SeriesError
from fork.imported import RELEASE
from fork.pin import Pin
from fork.project import Project
from fork.series import SERIES

if TYPE_CHECKING:
    from fork.patches import Step

MODULE = "gradio/caching.py"
FORMER = "gradio/caching/former.py"
NAMES = imported.LISTS[RELEASE]


def lay(project: Project, pinned: Pin, root: Path) -> None:
    """Extracts what ours takes the place of from the base wheel."""
    with zipfile.ZipFile(base.wheel(project.base, pinned)) as archive:
        archive.extractall(root, pinned.drop)


def in_place(project: Project, pinned: Pin, steps: list[Step]) -> list[Step]:
    """
    Returns the patches with what they do to Gradio's own cache. Raises SeriesError if
    they don't take the place of every name that Gradio's files import.
    """
    if pinned.drop != (MODULE,):
        raise SeriesError(f"{project.pin}: {SERIES} takes the place of {MODULE} alone")
    [final] = [step.additions[RELEASE] for step in steps if RELEASE in step.additions]
    tree = base.unpacked(project.base, pinned)
    left = {name for _, name in imported.wanted(tree, {})} | {*_names(final)[0]}
    made, old = [], ""
    for step in steps:
        left -= {*step.patch.replacing.names}
        new = handing_out(final, left)
        gone = "" if left or new == old else diff.deleted(FORMER, blob(project, pinned))
        made.append(step if new == old else _handing_out(step, old, new, gone))
        old = new
    _check(left)
    return made


def _handing_out(step: Step, old: str, new: str, gone: str) -> Step:
    if old:
        return replace(step, edits={**step.edits, RELEASE: (old, new)}, others=gone)
    added = {**step.additions, RELEASE: new}
    return replace(step, additions=added, others=diff.moved(MODULE, FORMER))


def _check(left: set[str]) -> None:
    if left:
        raise SeriesError(
            f"{SERIES}: no patch takes the place of {', '.join(sorted(left))}; name it "
            "in the `names` of the `replacing` of the one that does"
        )


def handing_out(text: str, left: Collection[str]) -> str:
    """The text of the module with the names, some of which are still Gradio's own."""
    names, start, stop = _names(text)
    former = FORMER.removesuffix(".py").replace("/", ".")
    homes = {**names, **dict.fromkeys(left, former)}
    listed = [f'    "{name}": "{home}",\n' for name, home in sorted(homes.items())]
    rows = locate.lines(text)
    return "".join([*rows[: start + 1], *listed, *rows[stop:]])


def _names(text: str) -> tuple[dict[str, str], int, int]:
    """Where each name is, by a module's dict, and the rows it starts and ends in."""
    rows = locate.lines(text)
    start = next(n for n, row in enumerate(rows) if row.startswith(f"{NAMES}:"))
    stop = rows.index("}\n", start)
    inside = "".join(rows[start + 1 : stop])
    return ast.literal_eval(f"{{{inside}}}"), start, stop


def blob(project: Project, pinned: Pin) -> str:
    """Returns git's name for the content of what is deleted."""
    with zipfile.ZipFile(base.wheel(project.base, pinned)) as archive:
        content = archive.read(MODULE)
    return hashlib.sha1(b"blob %d\0%s" % (len(content), content)).hexdigest()  # noqa: S324
