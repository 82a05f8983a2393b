"""Divides the edits and the new files among the patches of the pull request."""

from __future__ import annotations

import tempfile
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from fork import (
    base,
    contribution,
    diff,
    edit,
    edit_file,
    later,
    pin,
    replacing,
    series,
    sources,
)
from fork.edit import Edit
from fork.edit_file import PYTHON
from fork.project import Project
from fork.series import SERIES, Patch


@dataclass(frozen=True)
class Step:
    """What a patch does: old and new texts of Gradio's files, and the new files."""

    patch: Patch
    edits: dict[str, tuple[str, str]]
    additions: dict[str, str]
    seam_lines: int
    others: str = ""
    """A diff of what it does without any text: of files moved and deleted."""

    @property
    def diff(self) -> bytes:
        """Renders the patch for `git apply`, on top of those before it."""
        texts = diff.render(self.edits, self.additions)
        return (self.others + texts).encode("utf-8")


def steps(project: Project) -> list[Step]:
    """
    Returns the patches in their order, with all they change. Raises SeriesError if an
    edit or a file is not in exactly one of them, or one imports what comes later.
    """
    pinned = pin.read(project.pin)
    patches = series.read(project.root / SERIES, pinned.version, bool(pinned.drop))
    edits, new = _edits(project, pinned.version), contribution.files(project)
    every = map(_named, _edits(project, None))
    edits_of = series.divided(patches, "edits", map(_named, edits), every)
    every = contribution.of_some_bases(project)
    files_of = series.divided(patches, "files", new, every)
    texts, made = originals(project, edits), []
    for patch in patches:
        mine = [each for each in edits if edits_of[_named(each)] is patch]
        changed = _edited(mine, texts)
        added = {name: text for name, text in new.items() if files_of[name] is patch}
        made.append(Step(patch, changed, added, _seam_lines(changed)))
        texts |= {name: text for name, (_, text) in changed.items()}
    later.check(made)
    return replacing.in_place(project, pinned, made) if pinned.drop else made


def _edits(project: Project, version: str | None) -> list[Edit]:
    chosen = project.seams, version
    return [*edit_file.of_python(*chosen), *edit_file.of_sources(*chosen)]


def edited_files(steps: list[Step]) -> set[str]:
    """Returns the names of those of Gradio's files that the patches edit."""
    new = {name for step in steps for name in step.additions}
    return {name for step in steps for name in step.edits} - new


def originals(project: Project, edits: Iterable[Edit]) -> dict[str, str]:
    """Returns the text of every file of Gradio's that is edited."""
    names = {each.file for each in edits}
    python = {name for name in names if name.endswith(PYTHON)}
    pinned = pin.read(project.pin)
    tree = base.unpacked(project.base, pinned)
    with tempfile.TemporaryDirectory() as scratch:
        sources.lay(project, pinned, names - python, Path(scratch))
        other = {name: edit.read(Path(scratch), name) for name in names - python}
    return {**{name: edit.read(tree, name) for name in python}, **other}


def _named(each: Edit) -> str:
    return f"{each.file}: {each.why}"


def _edited(edits: list[Edit], texts: dict[str, str]) -> dict[str, tuple[str, str]]:
    new: dict[str, str] = {}
    for each in edits:
        new[each.file] = edit.apply(each, new.get(each.file, texts[each.file]))
    return {name: (texts[name], text) for name, text in new.items()}


def seam_lines(steps: Iterable[Step]) -> int:
    """Counts the lines that the patches together add to Gradio's Python files."""
    new = {name for step in steps for name in step.additions}
    whole: dict[str, tuple[str, str]] = {}
    for step in steps:
        for name, (old, text) in step.edits.items():
            whole[name] = (whole[name][0] if name in whole else old, text)
    return _seam_lines({name: whole[name] for name in whole if name not in new})


def _seam_lines(edited: dict[str, tuple[str, str]]) -> int:
    python = [texts for name, texts in edited.items() if name.endswith(PYTHON)]
    return sum(edit.added_lines(*texts) for texts in python)
