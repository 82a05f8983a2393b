"""The fork's Python as one unified diff against the base, for `git apply`."""

import difflib
from collections.abc import Iterator
from pathlib import Path

from fork import base, locate, overlay, patch, pin, seamfile
from fork.project import Project

NO_NEWLINE = "\n\\ No newline at end of file\n"
EMPTY = "index 0000000..e69de29\n"  # git wants this for a new file with nothing in it


def write(project: Project) -> Path:
    """Writes build/gradio-caching.diff: seams as edits, Python files of ours as new."""
    tree = base.unpacked(project.base, pin.read(project.pin))
    path = project.build / "gradio-caching.diff"
    text = "".join([*_edits(project, tree), *_additions(project, tree)])
    path.write_bytes(text.encode("utf-8"))
    return path


def _edits(project: Project, tree: Path) -> Iterator[str]:
    edited = patch.patched(tree, seamfile.read_all(project.seams))
    for name, text in sorted(edited.items()):
        body = unified(patch.read(tree, name), text, f"a/{name}", f"b/{name}")
        yield f"diff --git a/{name} b/{name}\n{body}"


def _additions(project: Project, tree: Path) -> Iterator[str]:
    names = overlay.names(project.overlay)
    overlay.check(names, tree)
    for name in names:
        text = (project.root / name).read_bytes().decode("utf-8")
        body = unified("", text, "/dev/null", f"b/{name}") if text else EMPTY
        yield f"diff --git a/{name} b/{name}\nnew file mode 100644\n{body}"


def unified(old: str, new: str, old_name: str, new_name: str) -> str:
    """The hunks that turn one text into the other, with git's mark for a bare end."""
    rows = difflib.unified_diff(
        locate.lines(old), locate.lines(new), old_name, new_name
    )
    return "".join(row if row.endswith("\n") else row + NO_NEWLINE for row in rows)
