"""The edits of the fork as a table: the guide for a move to another release."""

from __future__ import annotations

from pathlib import Path

from fork import edit, edit_file, pin, release, survey
from fork.errors import SeamError
from fork.project import Project
from fork.release import Release
from fork.standing import Standing
from fork.survey import Row

HEAD = ["File", "Scope", "Anchor", "Lines", "Why"]


def table(project: Project, wheels: list[Path]) -> str:
    """
    In Markdown: a row for each edit, a column for each base and each other wheel; in
    the end what is added to each, and what to do about each edit that does not fit.
    Raises BaseError if a path names no wheel.
    """
    names = {edit.file for edit in edit_file.of_sources(project.seams)}
    others = [release.of_wheel(project, wheel, names) for wheel in wheels]
    bases = [release.pinned(project, each) for each in pin.read_all(project.pin)]
    releases = [*bases, *others]
    head = [*HEAD, *(each.version for each in releases)]
    rows = [*survey.rows(project, releases), _in_all(project, releases)]
    cells = [head, _rule(head), *map(_cells, rows)]
    lines = "".join(f"| {' | '.join(each)} |\n" for each in cells)
    return lines + _cures(rows, releases)


def _cures(rows: list[Row], releases: list[Release]) -> str:
    said = [
        f"- {_named(row)}, {release.version}: {each}. To do: {cure}."
        for row in rows
        for release, each in zip(releases, row.standings, strict=True)
        if (cure := row.cure(each, release.version))
    ]
    return "\n".join(["", *said, ""]) if said else ""


def _named(row: Row) -> str:
    return ", ".join(filter(None, [row.file, row.scope, row.anchor]))


def _in_all(project: Project, releases: list[Release]) -> Row:
    added = [Standing(added_lines(project, each)) for each in releases]
    why = (
        "What all these add to Gradio's Python: lines of the diff, but for blank ones."
    )
    return Row("gradio/*.py", "", "", 0, why, added)


def added_lines(project: Project, release: Release) -> str:
    """Says how many lines are added to a release's own Python files."""
    edits = edit_file.of_python(project.seams, release.version)
    try:
        new = edit.patched(release.tree, edits)
    except SeamError:
        return "not all fit"
    old = {name: edit.read(release.tree, name) for name in new}
    lines = sum(edit.added_lines(old[name], new[name]) for name in new)
    return f"{lines} lines"


def _cells(row: Row) -> list[str]:
    where = [_code(text) for text in (row.file, row.scope, row.anchor)]
    return [*where, str(row.lines or ""), row.why, *map(str, row.standings)]


def _rule(head: list[str]) -> list[str]:
    return ["---"] * len(head)


def _code(text: str) -> str:
    """As code: in a table, a bar has to be escaped even there."""
    return f"`{text}`".replace("|", r"\|") if text else ""
