"""Unified diffs for `git apply`, and the one of the fork's Python against the base."""

import difflib
from pathlib import Path

from fork import base, edit, edit_file, locate, overlay, pin
from fork.project import Project

NO_NEWLINE = "\n\\ No newline at end of file\n"
EMPTY = "index 0000000..e69de29\n"  # git wants this for a new file with nothing in it


def write(project: Project) -> Path:
    """Writes gradio-caching.diff: seams as edits, Python files of ours as new."""
    path = project.place / "gradio-caching.diff"
    path.parent.mkdir(parents=True, exist_ok=True)
    edits, additions = edited(project), package(project)
    path.write_bytes(render(edits, additions).encode("utf-8"))
    return path


def edited(project: Project) -> dict[str, tuple[str, str]]:
    """The old and the new text of each of Gradio's Python files that a seam edits."""
    tree = base.unpacked(project.base, pin.read(project.pin))
    new = edit.patched(tree, edit_file.of_python(project.seams, project.version))
    return {name: (edit.read(tree, name), text) for name, text in new.items()}


def package(project: Project) -> dict[str, str]:
    """The text of each file of ours below `gradio`, none of which the base has."""
    tree = base.unpacked(project.base, pin.read(project.pin))
    roots = overlay.roots(project.overlays)
    overlay.check(roots, tree)
    return {n: (root / n).read_bytes().decode("utf-8") for n, root in roots.items()}


def render(edits: dict[str, tuple[str, str]], additions: dict[str, str]) -> str:
    """One diff of changed files and new ones, by their paths."""
    changed = {name: _changed(name, *texts) for name, texts in edits.items()}
    added = {name: _added(name, text) for name, text in additions.items()}
    return "".join(text for _, text in sorted({**changed, **added}.items()))


def moved(old: str, new: str) -> str:
    """Moves a file, of which it says nothing else."""
    renamed = f"similarity index 100%\nrename from {old}\nrename to {new}\n"
    return f"diff --git a/{old} b/{new}\n{renamed}"


def deleted(name: str, blob: str) -> str:
    """Deletes a file, which git knows by the hash of its content alone."""
    nothing = "GIT binary patch\nliteral 0\nHcmV?d00001\n\n"
    head = f"deleted file mode 100644\nindex {blob}..{'0' * len(blob)}\n"
    return f"diff --git a/{name} b/{name}\n{head}{nothing}"


def _changed(name: str, old: str, new: str) -> str:
    body = unified(old, new, f"a/{name}", f"b/{name}")
    return f"diff --git a/{name} b/{name}\n{body}"


def _added(name: str, text: str) -> str:
    body = unified("", text, "/dev/null", f"b/{name}") if text else EMPTY
    return f"diff --git a/{name} b/{name}\nnew file mode 100644\n{body}"


def unified(old: str, new: str, old_name: str, new_name: str) -> str:
    """The hunks that turn one text into the other, with git's mark for a bare end."""
    rows = difflib.unified_diff(
        locate.lines(old), locate.lines(new), old_name, new_name
    )
    return "".join(row if row.endswith("\n") else row + NO_NEWLINE for row in rows)
