"""The fork as a contribution to Gradio's repository: one diff, and the words for it."""

from __future__ import annotations

import tempfile
from pathlib import Path

from fork import contribution, diff, edit, edit_file, pin, sources
from fork.project import Project

TEXT = "docs/pull_request.md"


def write(project: Project) -> Path:
    """Writes build/pr/gradio-caching.diff and PULL_REQUEST.md, and returns the diff."""
    edits, additions = edited(project), contribution.files(project)
    folder = project.build / "pr"
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / "gradio-caching.diff"
    path.write_bytes(diff.render(edits, additions).encode("utf-8"))
    text = (project.root / TEXT).read_text("utf-8")
    facts = _facts(project, edits, additions)
    (folder / "PULL_REQUEST.md").write_text(text.format(**facts), "utf-8")
    return path


def edited(project: Project) -> dict[str, tuple[str, str]]:
    """The old and the new text of every file of Gradio's that is changed."""
    edits = edit_file.of_sources(project.seams)
    with tempfile.TemporaryDirectory() as scratch:
        checkout = Path(scratch)
        sources.lay(project, {each.file for each in edits}, checkout)
        new = edit.patched(checkout, edits)
        old = {name: edit.read(checkout, name) for name in new}
    other = {name: (old[name], text) for name, text in new.items()}
    return {**diff.edited(project), **other}


def _facts(
    project: Project, edits: dict[str, tuple[str, str]], additions: dict[str, str]
) -> dict[str, str | int]:
    """What the words say in numbers, counted anew each time."""
    seams = edit_file.of_python(project.seams)
    package = [text for name, text in additions.items() if name.startswith("gradio/")]
    tests = [text for name, text in additions.items() if name.startswith("test/")]
    return {
        "version": pin.read(project.pin).version,
        "edited_files": len(edits),
        "seam_files": len({seam.file for seam in seams}),
        "seam_lines": sum(seam.inserted_lines for seam in seams),
        "package_files": len(package),
        "package_lines": sum(text.count("\n") for text in package),
        "tests": sum(text.count("\ndef test_") for text in tests),
        "new_files": len(additions),
    }
